/// A real Kafka cluster of our own on 127.0.0.1, run by the `bin/local-cluster.sh` of a Kafka distribution.
public actor LocalKafka {
  public nonisolated let home: String
  public nonisolated let directory: String
  /// The first broker's port; broker i (from 1) serves at `port + 2 * (i - 1)`.
  public nonisolated let port: Int
  public nonisolated let brokers: Int
  private var guardian: ChildProcess?
  private var isCreated = false

  /// - Parameters:
  ///   - home: the distribution (`KAFKA_HOME`).
  ///   - directory: must not hold a cluster yet.
  public init(home: String, directory: String, port: Int? = nil, brokers: Int = 1) throws(LocalServerError) {
    self.home = Files.absolute(home)
    self.directory = Files.absolute(directory)
    self.brokers = brokers
    self.port = if let port { port } else { try Loopback.freePort(count: 2 * brokers) }
  }

  public nonisolated var bootstrap: String {
    (0..<brokers).map { "127.0.0.1:\(port + 2 * $0)" }.joined(separator: ",")
  }

  /// Starts the cluster, or starts it again on its data, and waits until it serves.
  public func start() async throws(LocalServerError) {
    guard Programs.find(script) != nil else {
      throw .programNotFound(script, hint: "KAFKA_HOME must name a Kafka distribution that has it")
    }
    guard Programs.find("java") != nil else {
      throw .programNotFound("java", hint: "apt-get install openjdk-17-jre-headless")
    }
    try Files.makeDirectory(directory)
    if guardian == nil {
      // The brokers detach themselves from the script, so no parent-death signal can reach them.
      guardian = try await ChildProcess.atParentsEnd("\"$1\" kill \"$2\"", [script, directory])
    }
    if isCreated {
      try await run(["resume", directory])
    } else {
      try await create()
      isCreated = true
    }
  }

  /// The script draws the cluster's identity at random, and formats the storage with it; Kafka's own tool takes one that
  /// begins with a hyphen for an option. So it draws again.
  private func create() async throws(LocalServerError) {
    var attempts = 0
    while true {
      attempts += 1
      do {
        return try await run(["start", directory, "--port", String(port), "--brokers", String(brokers)])
      } catch {
        guard attempts < 3, "\(error)".contains("--cluster-id") else { throw error }
        _ = try await ChildProcess.run(ChildCommand("rm", ["-rf", "\(directory)/1"]))
      }
    }
  }

  /// Stops the cluster, or one broker (from 1), in an orderly way.
  public func stop(broker: Int? = nil) async throws(LocalServerError) { try await run("stop", broker) }

  /// Ends the cluster, or one broker, as a crash would.
  public func kill9(broker: Int? = nil) async throws(LocalServerError) { try await run("kill", broker) }

  /// Starts the cluster, or one broker, again on what it holds.
  public func resume(broker: Int? = nil) async throws(LocalServerError) { try await run("resume", broker) }

  /// Makes a topic.
  public func createTopic(_ name: String, partitions: Int = 1, replicas: Int = 1) async throws(LocalServerError) {
    try await run(
      "\(home)/bin/kafka-topics.sh",
      [
        "--bootstrap-server", bootstrap, "--create", "--topic", name, "--partitions", String(partitions),
        "--replication-factor", String(replicas),
      ])
  }

  private nonisolated var script: String { "\(home)/bin/local-cluster.sh" }

  private func run(_ action: String, _ broker: Int?) async throws(LocalServerError) {
    try await run([action, directory] + (broker.map { [String($0)] } ?? []))
  }

  private func run(_ arguments: [String]) async throws(LocalServerError) { try await run(script, arguments) }

  private func run(_ program: String, _ arguments: [String]) async throws(LocalServerError) {
    // A broker that lives for minutes would spend most of its processor time on optimising its own code: the quick
    // compiler alone serves it better.
    let environment = ["KAFKA_HEAP_OPTS": "-Xms128m -Xmx384m", "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1"]
    let command = ChildCommand(program, arguments, environment: environment)
    let (exit, output) = try await ChildProcess.run(command)
    guard exit.isSuccess else { throw .helperFailed(program, exit, output: output) }
  }
}
