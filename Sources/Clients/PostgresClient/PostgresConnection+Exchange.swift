internal import NativeThreads

/// Moving bytes and results between libpq and the socket.
extension PostgresConnection {
  /// The next result of the command under way, nil at its end.
  func nextResult() async throws(PostgresError) -> PostgresResult? {
    // What was queued has to go out even if input is there already.
    if libpq.flush() == nil { throw lost() }
    while libpq.isBusy { try await exchange() }
    return libpq.nextResult()
  }

  /// Sends what is queued and takes what came, waiting for one of the two.
  func exchange() async throws(PostgresError) {
    guard let isFlushed = libpq.flush() else { throw lost() }
    await wait(for: isFlushed ? .readable : [.readable, .writable])
    guard libpq.consumeInput() else { throw lost() }
  }

  /// Sends everything that is queued. In a COPY to the server, an interruption ends the wait.
  func flush() async throws(PostgresError) {
    while true {
      guard let isFlushed = libpq.flush() else { throw lost() }
      if isFlushed { return }
      if mode == .copyIn, interruption != nil { throw PostgresError(.cancelled, "the COPY was interrupted") }
      await wait(for: [.readable, .writable])
      guard libpq.consumeInput() else { throw lost() }
    }
  }

  func lost() -> PostgresError {
    let message = libpq.isBroken ? libpq.errorMessage : ""
    return PostgresError(.connection, message.isEmpty ? "the connection was lost" : message)
  }

  /// Takes the results of a simple query to its end.
  func results(of sql: String) async throws(PostgresError) -> [PostgresResult] {
    var results: [PostgresResult] = []
    var failure: PostgresError?
    while let result = try await nextResult() {
      switch result.status {
      case .success: results.append(result)
      case .failed(let error):
        failure = failure ?? error
        if libpq.isBroken { throw error }
      case .copyIn, .copyOut, .synced, .aborted, .other:
        close()
        throw PostgresError(.protocolViolation, "a COPY needs copyIn or copyOut", statement: sql)
      }
    }
    if var failure {
      failure.statement = sql
      throw failure
    }
    if libpq.isBroken { throw lost() }
    return results
  }
}
