import Foundation
import LocalServers
import TestKit
import TrialRun

/// The program that was built beside these tests.
enum Built {
  static let program: String = {
    let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
    let here = bundle.appendingPathComponent("hyperloop").path
    if FileManager.default.isExecutableFile(atPath: here) { return here }
    return FileManager.default.currentDirectoryPath + "/.build/debug/hyperloop"
  }()

  /// The folder of the project.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static func fixture(_ path: String) throws -> [UInt8] { try source("Fixtures/\(path)") }

  static let systemsFile = root.appendingPathComponent("Sources/SystemsFile/systems.yaml").path

  /// A file of the project.
  static func source(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: root.appendingPathComponent(path)))
  }
}

/// The Kafka beneath a test: the embedded cluster always, a real one where there is one.
enum KafkaKind: String, CaseIterable, CustomStringConvertible {
  case embedded
  case real

  static var present: [KafkaKind] { TestServers.hasRealKafka ? [.embedded, .real] : [.embedded] }

  var description: String { rawValue }

  var kafka: TrialStand.Kafka {
    get throws {
      switch self {
      case .embedded: .embedded
      case .real:
        if let home = TestServers.kafkaHome { .real(home: home) } else { throw TestKitError(message: "no Kafka") }
      }
    }
  }
}

/// Runs `body` with a whole service of its own.
func withStand<Result>(
  _ kind: KafkaKind, _ change: (inout TrialStand.Options) throws -> Void = { _ in },
  _ body: (TrialStand) async throws -> Result
) async throws -> Result {
  try await withTemporaryDirectory { directory in
    var options = TrialStand.Options(program: Built.program, directory: directory)
    options.kafka = try kind.kafka
    options.isFsyncOn = false
    options.settings = [
      "retry.backoff": "200ms", "retry.backoff.max": "2s", "lease.timeout": "5s",
    ]
    try change(&options)
    let stand = try await TrialStand.start(options)
    // `TEST_LOGS` names a folder that keeps the services' logs beyond the run.
    defer {
      if let folder = ProcessInfo.processInfo.environment["TEST_LOGS"] {
        let name = directory.split(separator: "/").joined(separator: "-")
        try? FileManager.default.copyItem(atPath: stand.serviceLog, toPath: "\(folder)/\(name).log")
      }
    }
    do {
      let result = try await body(stand)
      await stand.stop()
      return result
    } catch {
      let log = (try? String(contentsOfFile: stand.serviceLog, encoding: .utf8)) ?? ""
      print("the service's log ends with:\n\(log.suffix(4_000))")
      await stand.stop()
      throw error
    }
  }
}
