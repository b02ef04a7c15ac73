import LocalServers
import Testing
import TrialRun

extension TrialStand {
  /// What the program is told by the environment, to work with this stand from another terminal.
  var terminal: [String: String?] {
    var variables: [String: String?] = addresses.mapValues { $0 }
    variables["HYPERLOOP_URL"] = "http://127.0.0.1:\(port)"
    variables["HYPERLOOP_KEY"] = key
    variables["HYPERLOOP_MERCHANT"] = "acme"
    variables["HYPERLOOP_POSTGRES_URL"] = postgres.url
    variables["HYPERLOOP_POSTGRES_TIMEOUT"] = "20s"
    variables["HYPERLOOP_REDIS_URL"] = redis.url
    variables["HYPERLOOP_KAFKA_BOOTSTRAP"] = bootstrap
    variables["HYPERLOOP_SYSTEMS_FILE"] = options.directory + "/systems.yaml"
    return variables
  }

  /// Runs a command of the program to its end.
  func run(
    _ arguments: String..., changing changes: [String: String?] = [:]
  ) async throws -> (exit: ChildProcess.Exit, output: String) {
    try await runBriefly(
      ChildCommand(Built.program, arguments, environment: terminal.merging(changes) { $1 }))
  }
}
