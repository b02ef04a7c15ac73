/// A Redis server of our own on 127.0.0.1. It keeps nothing on disk. Since every user of the machine can reach the port,
/// it asks for a password, which is drawn at random.
public actor LocalRedis {
  public nonisolated let directory: String
  public nonisolated let port: Int
  private let password = Files.randomPassword()
  private var process: ChildProcess?

  /// - Parameters:
  ///   - directory: where the log and the password go; made when missing.
  ///   - port: a free one unless given.
  public init(directory: String, port: Int? = nil) throws(LocalServerError) {
    self.directory = Files.absolute(directory)
    self.port = if let port { port } else { try Loopback.freePort() }
  }

  /// With the password.
  public nonisolated var url: String { "redis://:\(password)@127.0.0.1:\(port)" }
  public nonisolated var log: String { "\(directory)/redis.log" }
  public var processID: Int32? { process?.processID }

  /// Starts the server and waits until it answers.
  public func start(within limit: Duration = .seconds(180)) async throws(LocalServerError) {
    guard process == nil else { return }
    guard let program = Programs.find("redis-server") else {
      throw .programNotFound("redis-server", hint: "apt-get install redis-server")
    }
    try Files.makeDirectory(directory)
    // Other users can see a program's arguments.
    let secrets = "\(directory)/redis.conf"
    try Files.writeSecret("requirepass \(password)\n", to: secrets)
    let arguments = [
      secrets, "--bind", "127.0.0.1", "--port", String(port), "--dir", directory, "--save", "", "--appendonly", "no",
      "--daemonize", "no",
    ]
    let started = try await ChildProcess.start(
      ChildCommand(program, arguments, output: .file(log), signalAtParentsEnd: .kill))
    try await Startup.wait(for: "redis-server", started, log: log, limit: limit) {
      await Loopback.ask(port: port, Array("AUTH \(password)\r\n".utf8)) == Array("+OK\r\n".utf8)
    }
    process = started
  }

  /// Stops the server in an orderly way.
  public func stop() async {
    await process?.stop()
    process = nil
  }

  /// Ends the server as a crash would.
  public func kill9() async {
    await process?.kill()
    process = nil
  }

  /// Stops the server if it runs, and starts it again on the same port, empty.
  public func restart() async throws(LocalServerError) {
    await stop()
    try await start()
  }

  /// Holds the server up, as a hanging machine would, until `resume`.
  public func pause() { process?.signal(.pause) }

  public func resume() { process?.signal(.resume) }
}
