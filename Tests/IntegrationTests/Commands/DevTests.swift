import Foundation
import LocalServers
import TestKit
import Testing

extension WholeService {
  /// `hyperloop dev`, which the README begins with.
  @Suite struct DevTests {
    @Test("The demo shows what every system holds, ends with 0, and has its folder for itself")
    func demo() async throws {
      try await withTemporaryDirectory { directory in
        let first = LineCollector()
        let process = try await ChildProcess.start(
          ChildCommand(
            Built.program, ["dev", "--demo"], environment: ["DEMO_EXIT": "1"], directory: directory,
            output: first.output))
        try await eventually(within: patience, "PostgreSQL has its data") {
          FileManager.default.fileExists(atPath: directory + "/.hyperloop/postgres/data/PG_VERSION")
        }
        // The same folder again: nothing of the first one's may be touched. It goes on afterwards, lest it end before.
        process.signal(.pause)
        let second = try await runBriefly(ChildCommand(Built.program, ["dev", "--demo"], directory: directory))
        process.signal(.resume)
        #expect(second.exit == .code(1), "\(second.output)")
        #expect(second.output.contains("is in use by process \(process.processID)"), "\(second.output)")

        #expect(await process.exit() == .code(0), "\(first.text)")
        await first.end()
        for part in ["PROCESSED", "2 received, 2 succeeded", "what each system holds now:", "abcd123ghi5677"] {
          #expect(first.text.contains(part), "\(first.text)")
        }
        for system in ["pricing", "supplier", "cost", "logistics"] {
          #expect(first.lines.count { $0.hasPrefix("\(system) ") && $0.contains("{\"\(system)\":") } == 2, "\(system)")
        }
      }
    }

    @Test("What it decides by itself cannot be set; what is another's is left alone")
    func refusals() async throws {
      for (key, value) in [("postgres.url", "postgresql://db/x"), ("kafka.bootstrap", "k:9092"), ("roles", "api")] {
        try await CommandTests.expectRefusal(["dev", "--\(key)", value], code: 2, naming: [key, "argument"])
      }
      try await CommandTests.expectRefusal(
        ["dev"], environment: ["HYPERLOOP_SYSTEMS_FILE": "x.yaml"], code: 2, naming: ["HYPERLOOP_SYSTEMS_FILE"])
      guard getuid() == 0 else { return }
      try await withTemporaryDirectory { directory in
        try makeDirectory(directory + "/.hyperloop")
        chown(directory + "/.hyperloop", 1, 1)
        let result = try await runBriefly(ChildCommand(Built.program, ["dev"], directory: directory))
        #expect(result.exit == .code(1), "\(result.output)")
        #expect(result.output.contains(".hyperloop belongs to daemon: remove it"), "\(result.output)")
      }
    }
  }
}
