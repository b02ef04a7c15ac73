internal import PostgresClient
internal import Synchronization

/// Numbers for dispatches, taken from the database a block at a time and never given twice.
final class LeaseNumbers: Sendable {
  private static let block: Int64 = 1_000
  private static let take: PostgresStatement = "SELECT nextval('lease') FROM generate_series(1, $1)"
  private let free: Mutex<[Range<Int64>]> = Mutex([])

  /// `count` numbers, more or less: at least `count`.
  func take(_ count: Int, from connection: PostgresConnection) async throws -> LeaseBlock {
    var taken: [Range<Int64>] = []
    var missing = count
    free.withLock { free in
      while missing > 0, let range = free.popLast() {
        taken.append(range)
        missing -= range.count
      }
    }
    if missing > 0 {
      let blocks = (Int64(missing) + LeaseNumbers.block - 1) / LeaseNumbers.block
      let rows = try await connection.execute(LeaseNumbers.take, .int4(Int32(blocks)))
      for row in 0..<rows.count {
        let first = try rows.int8(row, 0)
        taken.append(first..<(first + LeaseNumbers.block))
      }
    }
    return LeaseBlock(ranges: taken)
  }

  /// Takes back what was not used.
  func giveBack(_ block: LeaseBlock) {
    free.withLock { $0.append(contentsOf: block.ranges.filter { !$0.isEmpty }) }
  }

  /// Gives up what is left: the next numbers are new ones of the database's.
  func forget() { free.withLock { $0 = [] } }
}

/// Numbers for one batch.
struct LeaseBlock {
  fileprivate(set) var ranges: [Range<Int64>]

  /// The next number. The block was taken large enough for its batch: a message for each system of each item.
  mutating func next() -> Int64 {
    while let range = ranges.last, range.isEmpty { ranges.removeLast() }
    guard let range = ranges.popLast() else { preconditionFailure("a batch dispatched more than it has systems") }
    ranges.append((range.lowerBound + 1)..<range.upperBound)
    return range.lowerBound
  }
}
