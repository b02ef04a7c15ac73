import Foundation
import HTTPCaller
import Ingress
import LocalServers
import PostgresClient
import TestKit
import Testing

@Suite(.serialized, .timeLimit(.minutes(2))) struct UploadTests {
  private static let megabytes = 150

  private func largeGrid(_ directory: String) throws -> String {
    let path = "\(directory)/large.csv"
    let header = smallGrid.prefix { $0 != "\n" } + "\n"
    let row = "062145556123,1234589,$39.88,Yes,4-11-19,4-21-19\n"
    let count = UploadTests.megabytes * 1_000_000 / row.utf8.count + 1
    try (header + String(repeating: row, count: count)).write(toFile: path, atomically: false, encoding: .utf8)
    return path
  }

  private func residentMegabytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    return (Int(text.split(separator: " ")[1]) ?? 0) * 4_096 / 1_000_000
  }

  @Test func largeFilesPassThroughLittleMemory() async throws {
    let door = try await Door.shared.value
    let key = try await door.key(of: "bulky")
    try await withTemporaryDirectory { directory in
      let path = try largeGrid(directory)
      let before = try residentMegabytes()
      let target = "http://127.0.0.1:\(door.port)/v1/feeds?spec=cost"
      var peak = before
      for arguments in [["-T", path, "-X", "POST"], ["-F", "file=@\(path)"]] {
        let upload = Task { try await curl(arguments + ["-H", "Authorization: Bearer \(key)", target]) }
        let watch = Task {
          var peak = 0
          while !Task.isCancelled {
            peak = max(peak, (try? residentMegabytes()) ?? 0)
            try? await Task.sleep(for: .milliseconds(20))
          }
          return peak
        }
        let (exit, output) = try await upload.value
        watch.cancel()
        peak = max(peak, await watch.value)
        #expect(exit.isSuccess)
        #expect(output.contains("RECEIVED"), "\(output)")
      }
      // Other suites run in this process, so that the bound is loose; it still lies below the file's size.
      #expect(peak - before < UploadTests.megabytes * 2 / 3, "resident: \(before) MB before, \(peak) MB at most")
      #expect(
        try await door.count(
          "SELECT count(*) FROM feed WHERE merchant = 'bulky' AND bytes > $1",
          .int8(Int64(UploadTests.megabytes) * 1_000_000)) == 2)
      #expect(
        try await door.count("SELECT count(DISTINCT sha256) FROM feed WHERE merchant = 'bulky'") == 1)
    }
  }

  @Test func aClientThatLeavesLeavesNothing() async throws {
    let door = try await Door.shared.value
    let key = try await door.key(of: "fickle")
    try await withTemporaryDirectory { directory in
      let path = try largeGrid(directory)
      let upload = try await ChildProcess.start(
        ChildCommand(
          "curl",
          [
            "-sS", "--limit-rate", "2M", "-T", path, "-X", "POST", "-H", "Authorization: Bearer \(key)",
            "http://127.0.0.1:\(door.port)/v1/feeds?spec=cost",
          ]))
      try await eventually("chunks are stored") {
        try await door.count(
          "SELECT count(*) FROM feed f JOIN feed_chunk c ON c.feed = f.id WHERE merchant = 'fickle'") > 2
      }
      #expect(try await door.call("GET", "/v1/feeds", key: key).text == #"{"feeds":[]}"#)
      _ = await upload.kill()
      try await eventually("nothing is left") {
        try await door.count("SELECT count(*) FROM feed WHERE merchant = 'fickle'") == 0
      }
    }
  }
}
