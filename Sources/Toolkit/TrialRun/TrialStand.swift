internal import Foundation
public import HTTPCaller
internal import JSONCodec
public import LocalServers
internal import Synchronization
internal import SystemsFile
internal import Telemetry

/// The whole service with everything that it stands on, each a process of its own: for measuring it, and for tests that
/// kill parts of it.
public final class TrialStand: Sendable {
  /// Which Kafka stands beneath.
  public enum Kafka: Sendable {
    /// The embedded cluster, as a process of its own.
    case embedded
    /// A distribution.
    case real(home: String)
    case at(bootstrap: String)
  }

  /// How the stand is set up.
  public struct Options: Sendable {
    /// The program under trial.
    public var program: String
    public var directory: String
    public var kafka = Kafka.embedded
    /// Settings of the service, over the stand's own.
    public var settings: [String: String] = [:]
    public var partitions = 4
    public var isFsyncOn = true
    /// Further arguments of the systems' process.
    public var systemsArguments: [String] = []
    /// A systems file of one's own; the reference file otherwise.
    public var systemsFile: String?

    public init(program: String, directory: String) {
      self.program = program
      self.directory = directory
    }
  }

  /// How long the stand waits for what must come. That is for what hangs: on a machine that is busy, or stands still for
  /// seconds, everything comes late.
  public static let patience = Duration.seconds(300)

  public let options: Options
  public let postgres: LocalPostgres
  public let redis: LocalRedis
  public let bootstrap: String
  /// The operator's key. Other users of the machine can reach the port, so it is drawn at random.
  public let key = "trial-" + UUID().uuidString
  public let port: Int
  public let realKafka: LocalKafka?
  /// The reference systems' addresses, as the systems file's variables: `PRICING_URL`, ….
  public let addresses: [String: String]
  private let embeddedKafka: ChildProcess?
  private let systems: Mutex<ChildProcess?>
  private let service: Mutex<ChildProcess?> = Mutex(nil)
  private let caller: HTTPCaller

  private init(
    options: Options, postgres: LocalPostgres, redis: LocalRedis, bootstrap: String, realKafka: LocalKafka?,
    embeddedKafka: ChildProcess?, systems: ChildProcess, addresses: [String: String]
  ) throws {
    self.options = options
    self.postgres = postgres
    self.redis = redis
    self.bootstrap = bootstrap
    self.realKafka = realKafka
    self.embeddedKafka = embeddedKafka
    self.systems = Mutex(systems)
    self.addresses = addresses
    port = try Loopback.freePort()
    var calls = HTTPCallerConfiguration()
    calls.connectTimeout = TrialStand.patience
    caller = HTTPCaller(configuration: calls, logger: .silent)
  }

  // MARK: Start and stop

  /// Starts the servers, the systems and the service.
  public static func start(_ options: Options) async throws -> TrialStand {
    try FileManager.default.createDirectory(atPath: options.directory, withIntermediateDirectories: true)
    let postgres = try LocalPostgres(directory: options.directory + "/postgres", fsync: options.isFsyncOn)
    let redis = try LocalRedis(directory: options.directory + "/redis")
    try await postgres.start()
    try await redis.start()
    let (bootstrap, real, embedded) = try await startKafka(options)
    let (systems, addresses) = try await startSystems(options, bootstrap: bootstrap)
    let stand = try TrialStand(
      options: options, postgres: postgres, redis: redis, bootstrap: bootstrap, realKafka: real,
      embeddedKafka: embedded, systems: systems, addresses: addresses)
    try await stand.migrate()
    try await stand.startService()
    return stand
  }

  /// Topics with their partitions, of the embedded cluster.
  private static func topics(_ options: Options) -> String {
    let own = [
      "item-setup", "price-updates", "acks", "item-outcomes", "lane-price", "lane-setup", "lane-bulk",
      "supplier-snippets", "cost-snippets",
    ]
    return own.flatMap { ["\($0):\(options.partitions)", "\($0).dlq:1"] }.joined(separator: ",")
  }

  private static func startKafka(
    _ options: Options
  ) async throws -> (bootstrap: String, real: LocalKafka?, embedded: ChildProcess?) {
    switch options.kafka {
    case .at(let bootstrap): return (bootstrap, nil, nil)
    case .real(let home):
      let kafka = try LocalKafka(home: home, directory: options.directory + "/kafka")
      try await kafka.start()
      return (kafka.bootstrap, kafka, nil)
    case .embedded:
      let lines = LineCollector()
      let process = try await ChildProcess.start(
        ChildCommand(options.program, ["kafka", "--topics", topics(options)], output: lines.output))
      let line = try await line(of: lines, process: process, named: "the embedded Kafka") { $0.hasPrefix("bootstrap ") }
      return (String(line.dropFirst("bootstrap ".count)), nil, process)
    }
  }

  private static func startSystems(
    _ options: Options, bootstrap: String
  ) async throws -> (ChildProcess, [String: String]) {
    let lines = LineCollector()
    let nodes = (TrialGrid.shipNodes + ["1234589", "4522312"]).joined(separator: ",")
    let process = try await ChildProcess.start(
      ChildCommand(
        options.program,
        ["systems", "serve", "--free-ports", "--kafka", bootstrap, "--ship-nodes", nodes] + options.systemsArguments,
        output: lines.output))
    _ = try await line(of: lines, process: process, named: "the reference systems") { $0 == "ready" }
    var addresses: [String: String] = [:]
    for line in lines.lines {
      let parts = line.split(separator: "=", maxSplits: 1)
      if parts.count == 2, parts[0].hasSuffix("_URL") { addresses[String(parts[0])] = String(parts[1]) }
    }
    return (process, addresses)
  }

  private static func line(
    of lines: LineCollector, process: ChildProcess, named name: String, where isWanted: (String) -> Bool
  ) async throws -> String {
    let limit = ContinuousClock.now + patience
    while ContinuousClock.now < limit {
      if let line = lines.lines.first(where: isWanted) { return line }
      guard process.isRunning else { break }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw TrialError("\(name) did not start:\n\(lines.text)")
  }

  /// Stops everything.
  public func stop() async {
    await stopService()
    await caller.stop(within: .seconds(1))
    _ = await systems.withLock { $0 }?.stop(grace: .seconds(5))
    _ = await embeddedKafka?.stop(grace: .seconds(5))
    try? await realKafka?.stop()
    await redis.stop()
    await postgres.stop(.fast)
  }

  // MARK: The service

  public var serviceLog: String { options.directory + "/service.log" }

  var environment: [String: String?] {
    var environment: [String: String?] = addresses.mapValues { $0 }
    // What somebody has exported for a service of theirs is not meant for the one under trial.
    for name in ProcessInfo.processInfo.environment.keys where name.hasPrefix("HYPERLOOP_") {
      environment[name] = .some(nil)
    }
    // Not as arguments, which other users of the machine can see.
    environment["HYPERLOOP_ADMIN_KEY"] = key
    environment["HYPERLOOP_POSTGRES_URL"] = postgres.url
    // A machine that stands still for as long would make a process give up its start.
    environment["HYPERLOOP_POSTGRES_TIMEOUT"] = "20s"
    environment["HYPERLOOP_REDIS_URL"] = redis.url
    return environment
  }

  /// The service's settings as arguments.
  func settings(_ own: [String: String] = [:]) throws -> [String] {
    var settings = [
      "kafka.bootstrap": bootstrap, "kafka.topics.partitions": String(options.partitions), "http.port": String(port),
      "stop.grace": "4m",
    ]
    // A member that was killed keeps its partitions until its session ends: the shortest that a broker allows.
    settings["kafka.properties.session.timeout.ms"] = "6000"
    settings["kafka.properties.heartbeat.interval.ms"] = "1000"
    if case .embedded = options.kafka {
      settings["ingest.backlog"] = "4000"
      // Where its timers strike late, it may forget members that wait for its answer: they ask again after so long.
      settings["kafka.properties.max.poll.interval.ms"] = "20000"
    }
    settings["systems.file"] = try systemsFile()
    settings.merge(options.settings) { $1 }
    settings.merge(own) { $1 }
    return settings.sorted { $0.key < $1.key }.flatMap { ["--\($0.key)", $0.value] }
  }

  private func systemsFile() throws -> String {
    if let file = options.systemsFile { return file }
    let path = options.directory + "/systems.yaml"
    try Data(SystemsFile.reference).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func migrate() async throws {
    var arguments = ["migrate"] + (try settings())
    if case .embedded = options.kafka {
      // The embedded cluster knows no request for topics; they were made when it began.
      arguments = ["migrate"]
    }
    let result = try await ChildProcess.run(ChildCommand(options.program, arguments, environment: environment))
    guard result.exit.isSuccess else { throw TrialError("migrate failed:\n\(result.output)") }
  }

  /// Starts the service and waits until its door is open.
  public func startService() async throws {
    let process = try await ChildProcess.start(
      ChildCommand(
        options.program, ["serve"] + (try settings()), environment: environment, output: .file(serviceLog)))
    service.withLock { $0 = process }
    let limit = ContinuousClock.now + TrialStand.patience
    while ContinuousClock.now < limit {
      if let answer = try? await call("GET", "/healthz"), answer.status == 200 { return }
      guard process.isRunning else { break }
      try await Task.sleep(for: .milliseconds(50))
    }
    let log = (try? String(contentsOfFile: serviceLog, encoding: .utf8)) ?? ""
    throw TrialError("the service did not start; its log ends with:\n\(log.suffix(2_000))")
  }

  public var serviceProcess: Int32? { service.withLock { $0?.processID } }
  public var systemsProcess: Int32? { systems.withLock { $0?.processID } }
  /// The embedded cluster, or the first broker of a distribution that the stand started.
  public var kafkaProcess: Int32? {
    if let embeddedKafka { return embeddedKafka.processID }
    guard let directory = realKafka?.directory, let files = FileManager.default.enumerator(atPath: directory) else {
      return nil
    }
    for case let file as String in files where file.hasSuffix("/pid") {
      let text = try? String(contentsOfFile: directory + "/" + file, encoding: .utf8)
      return text.flatMap { Int32($0.filter(\.isNumber)) }
    }
    return nil
  }

  /// Whether the service's process has not ended.
  public var isServiceRunning: Bool { service.withLock { $0?.isRunning ?? false } }

  /// Ends the service as a crash would.
  public func killService() async { _ = await service.withLock { $0 }?.kill() }

  /// Ends the service in good order.
  @discardableResult
  public func stopService() async -> ChildProcess.Exit? {
    await service.withLock { $0 }?.stop(grace: TrialStand.patience)
  }

  // MARK: Calls

  public func call(
    _ method: String, _ path: String, body: [UInt8] = [], headers: [(name: String, value: String)] = [],
    merchant: String? = nil, timeout: Duration = patience
  ) async throws -> HTTPResponse {
    try await patiently {
      try await request(
        method, "http://127.0.0.1:\(port)\(path)", body: body,
        headers: [("Authorization", "Bearer \(key)")] + (merchant.map { [("X-Merchant-Id", $0)] } ?? []) + headers,
        timeout: timeout)
    }
  }

  /// Asks the service again while it cannot answer for the moment (503), as its clients should.
  public func patiently(_ ask: () async throws -> HTTPResponse) async throws -> HTTPResponse {
    let end = ContinuousClock.now + TrialStand.patience
    while true {
      let answer = try await ask()
      guard answer.status == 503, ContinuousClock.now < end else { return answer }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// A request to any address, such as a reference system's.
  public func request(
    _ method: String, _ url: String, body: [UInt8] = [], headers: [(name: String, value: String)] = [],
    timeout: Duration = patience
  ) async throws -> HTTPResponse {
    var request = HTTPRequest(method: method, url: url)
    request.body = body
    request.headers = headers
    request.timeout = timeout
    request.maxBodyBytes = 1 << 30
    return try await caller.call(request)
  }

  /// The address of a reference system.
  public func address(of system: String) throws -> String {
    guard let address = addresses["\(system.uppercased())_URL"] else { throw TrialError("no address of \(system)") }
    return address
  }
}

/// Why a trial cannot go on.
public struct TrialError: Error, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}
