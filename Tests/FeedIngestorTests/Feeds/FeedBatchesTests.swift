import SpecParser
import TestKit
import Testing

@testable import FeedIngestor

@Suite struct FeedBatchesTests {
  private static let header = "Item Gtin,Shipnode ID,Unit Cost\n"

  private func batches(_ grid: String, piece: Int = 1_000, size: Int, bytes: Int) throws -> FeedBatches {
    let spec = try unwrap(try ShippedSpecs.spec(named: "cost"))
    let pieces = stride(from: 0, to: grid.utf8.count, by: piece).map { Array(grid.utf8.dropFirst($0).prefix(piece)) }
    var scan = FeedScan(spec: spec)
    for piece in pieces { try scan.feed(chunk: piece) }
    while try scan.finish() {}
    let file = StoredFile { part in Int(part) < pieces.count ? pieces[Int(part)] : nil }
    return FeedBatches(
      file, spec: spec, scan: try scan.result(), limits: GridLimits(), firstRow: 0, size: size, bytes: bytes)
  }

  /// Text of a row is its GTIN and its node: 14 bytes, and as many as are asked for.
  private func grid(_ nodes: [Int]) -> String {
    FeedBatchesTests.header
      + nodes.enumerated().map { row, bytes in
        let node = String(row) + String(repeating: "x", count: bytes - String(row).count)
        return "00062145556123,\(node),1\n"
      }.joined()
  }

  @Test(arguments: [1, 13, 100_000]) func `a batch ends at its rows or its bytes, and one row may have more`(
    piece: Int
  ) async throws {
    let nodes = [6, 6, 6, 6, 6, 6, 6, 106, 6, 6, 46, 46, 46, 86, 6]
    var batches = try batches(grid(nodes), piece: piece, size: 5, bytes: 100)
    var sizes: [Int] = []
    var rows: [Int] = []
    while !batches.isAtEnd {
      let batch = try await batches.next()
      sizes.append(batch.count)
      rows += batch.map(\.index)
    }
    #expect(sizes == [5, 2, 1, 3, 1, 1, 1, 1])
    #expect(rows == Array(0..<nodes.count))
  }

  @Test func `who stops does not wait for rows that are passed over`() async throws {
    var batches = try batches(grid([6]), size: 5, bytes: 100)
    withUnsafeCurrentTask { $0?.cancel() }
    await #expect(throws: CancellationError.self) { _ = try await batches.next() }
  }
}
