import Foundation
import KafkaClient

/// One broker of Apache Kafka for the whole run, ended with the process.
enum RealKafka {
  /// `KAFKA_HOME`, or `shared/kafka` beside the package's folder or the folder above.
  static let home: String? = {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let candidates: [String?] = [
      ProcessInfo.processInfo.environment["KAFKA_HOME"],
      package.appending(path: "../shared/kafka").standardized.path,
      package.appending(path: "../../shared/kafka").standardized.path,
    ]
    return candidates.compactMap { $0 }.first {
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
      let script = try? RealKafka.script(["kill", RealKafka.folder])
      try? script?.run()
      script?.waitUntilExit()
      try? FileManager.default.removeItem(atPath: RealKafka.folder)
    }
    return "127.0.0.1:\(port)"
  }

  private static func run(_ arguments: [String]) async throws {
    let process = try script(arguments)
    let status = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    guard status == 0 else { throw KafkaError(code: .other, message: "\(arguments) failed") }
  }

  private static func script(_ arguments: [String]) throws -> Process {
    guard let home else { throw KafkaError(code: .unsupported, message: "no Kafka distribution") }
    let process = Process()
    process.executableURL = URL(filePath: "\(home)/bin/local-cluster.sh")
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    return process
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
