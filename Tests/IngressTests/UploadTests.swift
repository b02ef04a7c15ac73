import Foundation
import HTTPCaller
import Ingress
import LocalServers
import PostgresClient
import TestKit
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct UploadTests {
  private static let megabytes = 50

  private func largeGrid(_ directory: String) throws -> String {
    let path = "\(directory)/large.csv"
    let header = smallGrid.prefix { $0 != "\n" } + "\n"
    let row = "062145556123,1234589,$39.88,Yes,4-11-19,4-21-19\n"
    let count = UploadTests.megabytes * 1_000_000 / row.utf8.count + 1
    try (header + String(repeating: row, count: count)).write(toFile: path, atomically: false, encoding: .utf8)
    return path
  }

  @Test func largeFilesPassWhole() async throws {
    let door = try await Door.shared.value
    let key = try await door.key(of: "bulky")
    try await withTemporaryDirectory { directory in
      let path = try largeGrid(directory)
      let target = "http://127.0.0.1:\(door.port)/v1/feeds?spec=cost"
      for arguments in [["-T", path, "-X", "POST"], ["-F", "file=@\(path)"]] {
        let (exit, output) = try await curl(arguments + ["-H", "Authorization: Bearer \(key)", target])
        #expect(exit.isSuccess)
        #expect(output.contains("RECEIVED"), "\(output)")
      }
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
