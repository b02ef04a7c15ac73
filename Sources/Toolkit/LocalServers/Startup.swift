/// Waits for a server that was just started.
enum Startup {
  /// Returns once `answers` says yes; throws when the process ends or `limit` passes before.
  ///
  /// A server gives no other sign of being ready than its answer, so this asks again and again.
  static func wait(
    for server: String, _ process: ChildProcess, log: String, limit: Duration, _ answers: () async -> Bool
  ) async throws(LocalServerError) {
    let end = ContinuousClock.now + limit
    while await !answers() {
      guard process.isRunning else {
        throw .ended(server, await process.exit(), log: log, tail: Files.tail(log))
      }
      guard ContinuousClock.now < end, (try? await Task.sleep(for: .milliseconds(20))) != nil else {
        await process.kill()
        throw .noAnswer(server, within: limit, log: log, tail: Files.tail(log))
      }
    }
  }
}
