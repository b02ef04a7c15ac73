import JSONCodec
import TestKit
import Testing
import TrialRun

extension WholeService {
  /// Big files at the door.
  @Suite struct UploadTests {
    @Test("A grid of 100 MB is taken in, and begun, in bounded memory")
    func memory() async throws {
      try await withStand(.embedded) { stand in
        // What is made once at the first feed is none of the file's.
        try await stand.waitForFeed(try await stand.submit(TrialGrid(items: 1_000, nodes: 2).csv()))
        let process = try #require(stand.serviceProcess)
        let before = try #require(ProcessUsage(of: process)).peakBytes
        var grid = TrialGrid(items: 10_000, nodes: 20, first: 10_000).csv()
        let rows = Array(grid.drop { $0 != 0x0A }.dropFirst())
        grid.reserveCapacity(100_000_000 + rows.count)
        while grid.count < 100_000_000 { grid += rows }
        let feed = try await stand.submit(grid)
        try await eventually(within: patience, "its first rows are read") {
          try await stand.status(of: feed)["itemsReceived"]?.int64 ?? 0 >= 3_000
        }
        let growth = try #require(ProcessUsage(of: process)).peakBytes - before
        #expect(growth < 60_000_000, "\(growth / 1_000_000) MB more than before the upload")
      }
    }
  }
}
