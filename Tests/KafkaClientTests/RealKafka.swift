import Foundation
import KafkaClient

/// One broker of Apache Kafka for the whole run, ended with the process.
enum RealKafka {
  /// `KAFKA_HOME` (empty for none), or `shared/kafka` beside the package's folder or the folder above.
  static let home: String? = {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let named = ProcessInfo.processInfo.environment["KAFKA_HOME"].map { [$0] }
    let candidates =
      named ?? ["../shared/kafka", "../../shared/kafka"].map { package.appending(path: $0).standardized.path }
    return candidates.first {
      FileManager.default.isExecutableFile(atPath: "\($0)/bin/local-cluster.sh")
    }
  }()

  static let shared = Task { try await start() }

  private static let folder = NSTemporaryDirectory() + "kafka-tests-\(ProcessInfo.processInfo.processIdentifier)"

  private static func start() async throws -> String {
    let port = try freePort()
    try await run(["start", folder, "--port", "\(port)"])
    atexit {
      // The process ends: nobody is left to wait asynchronously.
      _ = try? RealKafka.spawn(["kill", RealKafka.folder]).wait()
      try? FileManager.default.removeItem(atPath: RealKafka.folder)
    }
    return "127.0.0.1:\(port)"
  }

  private static func run(_ arguments: [String]) async throws {
    let child = try spawn(arguments)
    let status = await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: child.wait()) }
    }
    guard status == 0 else { throw KafkaError(code: .other, message: "\(arguments) failed") }
  }

  private struct Child {
    let id: pid_t
    func wait() -> Int32 {
      var status: Int32 = 0
      waitpid(id, &status, 0)
      return status
    }
  }

  /// Foundation's `Process` would wait for the broker too, which the script leaves running.
  private static func spawn(_ arguments: [String]) throws -> Child {
    guard let home else { throw KafkaError(code: .unsupported, message: "no Kafka distribution") }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in 0...2 as ClosedRange<Int32> {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    let script = "\(home)/bin/local-cluster.sh"
    var words = ([script] + arguments).map { strdup($0) } + [nil]
    var variables = ProcessInfo.processInfo.environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for word in words + variables { free(word) } }
    var id: pid_t = 0
    guard posix_spawn(&id, script, &actions, nil, &words, &variables) == 0 else {
      throw KafkaError(code: .other, message: "\(script) cannot be run")
    }
    return Child(id: id)
  }

  /// A port that is free together with the one above it.
  private static func freePort() throws -> Int {
    for _ in 0..<100 {
      let port = Int.random(in: 20_000..<32_000)
      if isFree(port), isFree(port + 1) { return port }
    }
    throw KafkaError(code: .other, message: "no free port")
  }

  private static func isFree(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
