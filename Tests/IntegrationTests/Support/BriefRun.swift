import LocalServers
import Testing

/// Runs a command to its end, which is made when it does not come by itself: a command that serves where it should refuse
/// would hold the tests up for good.
func runBriefly(
  _ command: ChildCommand, within limit: Duration = patience, location: SourceLocation = #_sourceLocation
) async throws -> (exit: ChildProcess.Exit, output: String) {
  let lines = LineCollector()
  var command = command
  command.output = lines.output
  let process = try await ChildProcess.start(command)
  let exit = await withTaskGroup(of: Void.self) { group in
    group.addTask {
      guard (try? await Task.sleep(for: limit)) != nil else { return }
      Issue.record("\(process.command.arguments) does not end", sourceLocation: location)
      await process.stop(grace: .seconds(5))
    }
    let exit = await process.exit()
    group.cancelAll()
    return exit
  }
  await lines.end()
  return (exit, lines.text)
}
