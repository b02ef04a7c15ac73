internal import Glibc

/// A PostgreSQL server of our own on 127.0.0.1, with a data directory of its own.
///
/// PostgreSQL refuses to run as root; started by root, it runs as user `postgres`, whom the directory then belongs to.
/// Since every user of the machine can reach the port, it asks for a password, which is drawn at random.
public actor LocalPostgres {
  /// How a server is stopped.
  public enum StopMode: Sendable {
    /// Open connections are ended, the data is written down.
    case fast
    /// At once; the next start recovers from the write-ahead log.
    case immediate
  }

  public nonisolated let directory: String
  public nonisolated let port: Int
  private let fsync: Bool
  private let settings: [String: String]
  private let password: String
  private var process: ChildProcess?

  /// - Parameters:
  ///   - directory: holds `data`, the password and the log; made when missing. As root, user `postgres` must be able to reach it.
  ///   - port: a free one unless given.
  ///   - fsync: whether a commit survives a crash of the machine; a crash of the server it survives always.
  ///   - settings: further settings of `postgresql.conf`.
  public init(
    directory: String, port: Int? = nil, fsync: Bool = false, settings: [String: String] = [:]
  ) throws(LocalServerError) {
    self.directory = Files.absolute(directory)
    self.port = if let port { port } else { try Loopback.freePort() }
    self.fsync = fsync
    self.settings = settings
    password = Files.readSecret("\(self.directory)/password") ?? Files.randomPassword()
  }

  /// The URL of the database `postgres`, with the password.
  public nonisolated var url: String { url(database: "postgres") }

  public nonisolated func url(database: String) -> String {
    "postgresql://postgres:\(password)@127.0.0.1:\(port)/\(database)"
  }

  public nonisolated var log: String { "\(directory)/postgres.log" }
  public nonisolated var dataDirectory: String { "\(directory)/data" }
  public var processID: Int32? { process?.processID }

  /// Makes the data directory unless it is there, starts the server and waits until it answers.
  public func start(within limit: Duration = .seconds(180)) async throws(LocalServerError) {
    guard process == nil else { return }
    let program = try Programs.postgres("postgres")
    try prepareDirectory()
    if !Files.exists("\(dataDirectory)/PG_VERSION") { try await initialise() }
    var options = [
      "listen_addresses": "127.0.0.1", "port": String(port), "unix_socket_directories": "",
      "max_connections": "200", "fsync": fsync ? "on" : "off", "full_page_writes": fsync ? "on" : "off",
      "timezone": "UTC", "log_timezone": "UTC",
    ]
    options.merge(settings) { _, chosen in chosen }
    let arguments =
      ["-D", dataDirectory] + options.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    // SIGQUIT is the server's own immediate stop: it takes its children and its shared memory with it.
    let started = try await ChildProcess.start(
      ChildCommand(
        program, arguments, environment: ["LC_ALL": "C"], directory: directory, output: .file(log), user: serverUser,
        signalAtParentsEnd: .quit))
    try await Startup.wait(for: "postgres", started, log: log, limit: limit) { await answers() }
    process = started
  }

  /// Stops the server, and waits for its end.
  public func stop(_ mode: StopMode = .fast) async {
    await process?.stop(mode == .fast ? .interrupt : .quit, grace: .seconds(120))
    process = nil
  }

  /// Ends the server's main process as a crash would; its children notice and end themselves.
  public func kill9() async {
    await process?.kill()
    process = nil
  }

  /// Stops the server if it runs, and starts it again on the same data and port.
  public func restart(_ mode: StopMode = .fast) async throws(LocalServerError) {
    await stop(mode)
    // The children of a killed server may hold its shared memory for a moment, and then it refuses to start.
    for _ in 0..<300 {
      do {
        return try await start()
      } catch {
        guard case .ended(_, _, _, let tail) = error, tail.contains("still in use") else { throw error }
        guard (try? await Task.sleep(for: .milliseconds(200))) != nil else { throw error }
      }
    }
    try await start()
  }

  /// Copies the data to `path`, which must not exist, while the server is stopped: what a backup would hold.
  public func snapshot(to path: String) async throws(LocalServerError) {
    try await copy(dataDirectory, Files.absolute(path))
  }

  /// Replaces the data by that of an earlier `snapshot`, while the server is stopped.
  public func restore(from path: String) async throws(LocalServerError) {
    try await helper("/bin/rm", ["-rf", dataDirectory], user: nil)
    try await copy(Files.absolute(path), dataDirectory)
  }

  /// Makes an empty database and returns its URL.
  public func createDatabase(_ name: String) async throws(LocalServerError) -> String {
    try await query("CREATE DATABASE \"\(name)\"")
    return url(database: name)
  }

  /// Drops a database, ending the connections to it.
  public func dropDatabase(_ name: String) async throws(LocalServerError) {
    try await query("DROP DATABASE IF EXISTS \"\(name)\" WITH (FORCE)")
  }

  /// Runs one statement by `psql` and returns what it prints, unadorned.
  @discardableResult
  public func query(_ statement: String, database: String = "postgres") async throws(LocalServerError) -> String {
    let program = try Programs.postgres("psql")
    let url = "postgresql://postgres@127.0.0.1:\(port)/\(database)"
    let arguments = ["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, url]
    // Other users can see a program's arguments.
    return try await helper(program, arguments, user: nil, environment: ["PGPASSWORD": password])
  }

  // MARK: The directory and the first answer

  /// Whether a server could have its data there: as root, user `postgres` must be able to pass all its parents.
  public static func canUse(directory: String) -> Bool {
    serverUser == nil || Files.firstClosedParent(of: Files.absolute(directory)) == nil
  }

  private static var serverUser: String? { geteuid() == 0 ? "postgres" : nil }
  private nonisolated var serverUser: String? { Self.serverUser }

  private func prepareDirectory() throws(LocalServerError) {
    try Files.makeDirectory(directory)
    guard let serverUser else { return }
    if let closed = Files.firstClosedParent(of: directory) {
      throw .unreachableDirectory(closed, user: serverUser)
    }
    let owner = try owner(serverUser)
    // A link in the directory's place is not followed: what it points to may be another's.
    guard lchown(directory, owner.user, owner.group) == 0 else {
      throw .file(directory, reason: String(cString: strerror(errno)))
    }
  }

  private func owner(_ user: String) throws(LocalServerError) -> (user: uid_t, group: gid_t) {
    guard let entry = getpwnam(user) else {
      throw .programNotFound("user \(user)", hint: "apt-get install postgresql makes it")
    }
    return (entry.pointee.pw_uid, entry.pointee.pw_gid)
  }

  private func initialise() async throws(LocalServerError) {
    let file = "\(directory)/password"
    let owner: (user: uid_t, group: gid_t)? = if let serverUser { try owner(serverUser) } else { nil }
    try Files.writeSecret(password, to: file, owner: owner)
    let arguments = [
      "-D", dataDirectory, "-U", "postgres", "--auth=scram-sha-256", "--pwfile=\(file)", "--encoding=UTF8",
      "--locale=C", "--no-sync", "--no-instructions",
    ]
    try await helper(try Programs.postgres("initdb"), arguments, user: serverUser)
  }

  private func copy(_ source: String, _ target: String) async throws(LocalServerError) {
    precondition(process == nil, "the server must be stopped while its data is copied")
    try await helper("/bin/cp", ["-a", source, target], user: nil)
  }

  @discardableResult
  private func helper(
    _ program: String, _ arguments: [String], user: String?, environment: [String: String] = [:]
  ) async throws(LocalServerError) -> String {
    let variables = environment.merging(["LC_ALL": "C"]) { $1 }
    let (exit, output) = try await ChildProcess.run(
      ChildCommand(program, arguments, environment: variables, directory: "/", user: user))
    guard exit.isSuccess else { throw .helperFailed(program, exit, output: output) }
    return output.hasSuffix("\n") ? String(output.dropLast()) : output
  }

  /// Whether the server lets a client in: its answer to a start-up message is then an authentication request, `R`;
  /// while it still recovers, it is an error, `E`.
  private nonisolated func answers() async -> Bool {
    let fields: [UInt8] = Array("user\0postgres\0database\0postgres\0\0".utf8)
    let length = UInt8(8 + fields.count)
    let message: [UInt8] = [0, 0, 0, length, 0, 3, 0, 0] + fields
    return await Loopback.ask(port: port, message)?.first == UInt8(ascii: "R")
  }
}
