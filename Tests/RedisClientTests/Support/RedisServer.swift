internal import Foundation
internal import Glibc
internal import LocalServers
internal import NativeThreads
internal import RedisClient
internal import Synchronization
internal import Telemetry
internal import TestKit

/// A real Redis on a free port of loopback, with nothing on disk.
final class RedisServer: @unchecked Sendable {
  let port: Int
  private let password: String?
  // Used by one test, in order.
  private var process: Process?
  private var input = Pipe()
  private var identifier: Int32 = 0

  init(password: String? = nil) throws {
    self.password = password
    port = try Loopback.freePort()
    try start()
  }

  var url: String { "redis://\(password.map { ":\($0)@" } ?? "")127.0.0.1:\(port)/0" }

  func start() throws {
    // A keeper that ends the server when its own input ends, so that the server never outlives the test's process. (A shell
    // would not do: it cannot wait, since the threads of Swift's pool have blocked the signal for that.)
    let keeper = """
      import subprocess, sys
      server = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
      print(server.pid, flush=True)
      sys.stdin.read()
      server.kill()
      server.wait()
      """
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments =
      ["-c", keeper, "/usr/bin/redis-server", "--port", "\(port)", "--bind", "127.0.0.1", "--save", ""]
      + ["--appendonly", "no", "--dir", "/tmp"] + (password.map { ["--requirepass", $0] } ?? [])
    input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    self.process = process
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    identifier = Int32(line.split(separator: "\n").first ?? "") ?? 0
    guard identifier > 0 else { throw CocoaError(.executableLoad) }
  }

  func kill() {
    try? input.fileHandleForWriting.close()
    process?.waitUntilExit()
    process = nil
  }

  func pause() { _ = Glibc.kill(identifier, SIGSTOP) }
  func proceed() { _ = Glibc.kill(identifier, SIGCONT) }
}

/// Runs `body` with a server and a client that has reached it, and ends both.
func withRedis(
  password: String? = nil, _ configure: (inout RedisConfiguration) -> Void = { _ in },
  _ body: (RedisServer, RedisClient) async throws -> Void
) async throws {
  let server = try RedisServer(password: password)
  defer { server.kill() }
  var configuration = try RedisConfiguration(url: server.url)
  configuration.timeBudget = Patience.limit
  configuration.connectTimeout = Patience.limit
  configuration.silenceLimit = Patience.limit
  configuration.backoff.first = .milliseconds(10)
  configuration.backoff.most = .milliseconds(100)
  configuration.breaker.openFor = .milliseconds(50)
  configuration.breaker.openAtMost = .milliseconds(200)
  configure(&configuration)
  let client = RedisClient(configuration: configuration, logger: .silent)
  do {
    try await eventually { await isAlive(client) }
    try await body(server, client)
  } catch {
    await client.stop(within: .zero)
    throw error
  }
  await client.stop(within: .zero)
}

func isAlive(_ client: RedisClient) async -> Bool { (try? await client.command("PING")) == .status("PONG") }

/// Keeps the events of a subscription.
final class Listener: Sendable {
  private let state = Mutex<[RedisEvent]>([])
  var sink: @Sendable ([RedisEvent]) -> Void { { [self] events in state.withLock { $0 += events } } }
  var events: [RedisEvent] { state.withLock { $0 } }
}

/// The kind of error that `body` throws.
func kind<T>(_ body: () async throws(RedisError) -> T) async -> RedisError.Kind? {
  do {
    _ = try await body()
    return nil
  } catch { return error.kind }
}
