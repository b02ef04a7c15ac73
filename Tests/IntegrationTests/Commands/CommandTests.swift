import LocalServers
import TestKit
import Testing

/// What the program says when it cannot start: one clear message that names the culprit.
@Suite(.timeLimit(.minutes(30)))
struct CommandTests {
  /// Runs the program to its end.
  static func run(
    _ arguments: [String], environment: [String: String?] = [:]
  ) async throws -> (exit: ChildProcess.Exit, output: String) {
    try await runBriefly(ChildCommand(Built.program, arguments, environment: environment))
  }

  /// Expects an end with `code` and a short message that names each of `parts`.
  static func expectRefusal(
    _ arguments: [String], environment: [String: String?] = [:], code: Int32 = 1, naming parts: [String],
    location: SourceLocation = #_sourceLocation
  ) async throws {
    let (exit, output) = try await run(arguments, environment: environment)
    #expect(exit == .code(code), "\(output)", sourceLocation: location)
    for part in parts { #expect(output.contains(part), "\(output)", sourceLocation: location) }
    #expect(output.split(separator: "\n").count <= 5, "\(output)", sourceLocation: location)
    for trace in ["Fatal error", "Stack dump", "Thread 0", ".swift:"] {
      #expect(!output.contains(trace), "\(output)", sourceLocation: location)
    }
  }

  @Test func unknownCommandsAndOptionsAreUsageErrors() async throws {
    try await Self.expectRefusal(["sevre"], code: 2, naming: ["sevre", "serve"])
    try await Self.expectRefusal(["serve", "--http.prt", "1"], code: 2, naming: ["--http.prt", "http.port"])
    try await Self.expectRefusal(["key", "create"], code: 2, naming: ["--merchant"])
    try await Self.expectRefusal(["dev", "--keep"], code: 2, naming: ["--keep", "--kafka"])
    try await Self.expectRefusal(
      ["systems", "serve", "--kafka", "k", "--session-timeout", "1s"], code: 2, naming: ["--session-timeout", "6s"])
  }

  @Test func mistakesOfTheConfigurationNameKeyAndPlace() async throws {
    try await Self.expectRefusal(["serve", "--http.port", "99999"], naming: ["http.port", "99999", "65535"])
    try await Self.expectRefusal(
      ["serve"], environment: ["HYPERLOOP_LEASE_TIMEOUT": "soon"], naming: ["HYPERLOOP_LEASE_TIMEOUT", "soon"])
    try await Self.expectRefusal(
      ["serve"], environment: ["HYPERLOOP_HTTP_PROT": "1"], naming: ["HYPERLOOP_HTTP_PROT", "HYPERLOOP_HTTP_PORT"])
    try await withTemporaryDirectory { directory in
      let file = directory + "/hyperloop.yaml"
      try write("http:\n  port: 8080\n  hots: x\n", to: file)
      try await Self.expectRefusal(["serve", "--config", file], naming: [file + ":3", "http.hots", "http.host"])
      try await Self.expectRefusal(["serve", "--config", file + "x"], naming: [file + "x", "cannot be read"])
    }
  }

  @Test func whatIsNeededAndMissingIsNamed() async throws {
    let systems = Built.systemsFile
    try await Self.expectRefusal(["serve"], naming: ["systems.file"])
    try await Self.expectRefusal(["serve", "--systems.file", systems], naming: ["postgres.url"])
    try await Self.expectRefusal(
      ["serve", "--systems.file", systems + "x"], naming: [systems + "x", "cannot be read"])
    // Nothing listens at port 1.
    try await Self.expectRefusal(
      ["serve", "--systems.file", systems, "--postgres.url", "postgresql://postgres@127.0.0.1:1/postgres"],
      naming: ["127.0.0.1", "port 1"])
  }

  @Test func theDatabaseIsWaitedForAsLongAsIsSaid() async throws {
    let silent = try SilentListener()
    let begin = ContinuousClock.now
    try await Self.expectRefusal(
      ["migrate", "--postgres.timeout", "7s", "--postgres.url", "postgresql://postgres@127.0.0.1:\(silent.port)/x"],
      naming: ["postgres"])
    // By default it would have given up before.
    #expect(begin.duration(to: .now) >= .seconds(7))
    withExtendedLifetime(silent) {}
  }

  @Test func mistakesOfTheSystemsFileNameTheLine() async throws {
    try await withTemporaryDirectory { directory in
      let file = directory + "/systems.yaml"
      let pricing = "systems:\n  pricing:\n    url: \"http://127.0.0.1:1/snippets\"\n    consumes: [cost]\n"
      try write(pricing + "    after: [pricng]\n    snippet: { a: \"{gtin}\" }\n", to: file)
      try await Self.expectRefusal(["serve", "--systems.file", file], naming: [file + ":5", "pricng"])
      try write(pricing + "    snippet: { a: \"{lookup.offer.offerId}\" }\n", to: file)
      try await Self.expectRefusal(["serve", "--systems.file", file], naming: [file + ":5", "offer"])
      try write("systems:\n\t- x\n", to: file)
      try await Self.expectRefusal(["serve", "--systems.file", file], naming: [file + ":2"])
    }
  }
}
