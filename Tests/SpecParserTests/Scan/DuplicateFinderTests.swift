import Randomness
import Testing

@testable import SpecParser

@Suite(.timeLimit(.minutes(5))) struct DuplicateFinderTests {
  @Test func `rows that differ in item, entry or day do not clash`() throws {
    #expect(try flags([("a", 1, 5, 0), ("a", 6, 9, 0), ("b", 1, 5, 0)]).isEmpty)
  }

  @Test func `a repeat is left out and names the row that stays`() throws {
    #expect(try flags([("a", 1, 5, 7), ("b", 1, 5, 7), ("a", 1, 5, 7)]) == ["2 repeated 100"])
  }

  @Test func `all rows of a contradiction fail, repeats among them too`() throws {
    #expect(
      try flags([("a", 1, 5, 7), ("a", 1, 5, 7), ("a", 1, 6, 8), ("a", 1, 5, 7)])
        == ["0 contradicted 102", "1 contradicted 100", "2 contradicted 100", "3 contradicted 102"])
  }

  @Test func `windows with a day in common both fail, and repeats of them`() throws {
    #expect(
      try flags([("a", 5, 9, 1), ("a", 1, 5, 2), ("a", 1, 5, 2), ("a", 10, .max, 3)])
        == ["0 overlapping 101", "1 overlapping 100", "2 overlapping 101"])
  }

  @Test func `an open window clashes with all that come after it`() throws {
    #expect(
      try flags([("a", .min, .max, 1), ("a", 4, 5, 2), ("a", 8, 9, 3)])
        == ["0 overlapping 101", "1 overlapping 100", "2 overlapping 100"])
  }

  @Test func `each row is flagged once, and counted once`() throws {
    var finder = DuplicateFinder()
    for (row, (start, end)) in [(Int32.min, Int32.max), (4, 5), (8, 9), (12, 13)].enumerated() {
      try finder.add(
        RowFacts(
          item: 1, key: 0, content: 0, start: start, end: end, row: UInt32(row), line: UInt32(row + 2)))
    }
    #expect(try finder.finish().counts == [.overlapping: 4])
  }

  @Test func `a contradicted window makes no other fail`() throws {
    #expect(
      try flags([("a", 1, 9, 1), ("a", 1, 8, 2), ("a", 5, 6, 3)]) == ["0 contradicted 101", "1 contradicted 100"])
  }

  /// Against a search that compares every pair, with so little memory that nearly everything goes to disk: short
  /// windows of many rows, and long ones of which one clashes with several.
  @Test(arguments: 0..<40) func `agrees with the comparison of all pairs`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let (items, days): (UInt64, Int32) = seed.isMultiple(of: 2) ? (40, 2) : (300, 15)
    let rows = (0..<3_000).map { row in
      let start = Int32.random(in: 0..<40, using: &random)
      return RowFacts(
        item: .random(in: 0..<items, using: &random), key: .random(in: 0..<4, using: &random),
        content: .random(in: 0..<2, using: &random), start: start, end: start + .random(in: 0..<days, using: &random),
        row: UInt32(row), line: UInt32(row + 100))
    }.shuffled(using: &random).sorted { $0.row < $1.row }
    var finder = DuplicateFinder(SpillOptions(memory: 1))
    for row in rows { try finder.add(row) }
    var flags = try finder.finish()
    let expected = pairwise(rows)
    for row in rows {
      let flag = try flags.flag(ofRow: row.row)
      #expect(flag?.kind == expected[row.row], "row \(row.row)")
      // Whoever is named does clash.
      if let flag {
        let other = rows[Int(flag.otherLine) - 100]
        #expect(other.row != row.row && other.isSameEntry(as: row))
        #expect(other.start <= row.end && row.start <= other.end)
      }
    }
    #expect(flags.counts == Dictionary(grouping: expected.values) { $0 }.mapValues(\.count))
    #expect(flags.items == Set(rows.filter { expected[$0.row] ?? .repeated == .repeated }.map(\.item)).count)
  }

  /// The kinds of all clashing rows, by their definition.
  private func pairwise(_ rows: [RowFacts]) -> [UInt32: RowFlag.Kind] {
    var kinds: [UInt32: RowFlag.Kind] = [:]
    let entries = Dictionary(grouping: rows) { "\($0.item)/\($0.key)" }
    for entry in entries.values {
      let starts = Dictionary(grouping: entry, by: \.start)
      let sound = starts.values.filter { Set($0.map(\.content)).count == 1 }
      for group in starts.values where Set(group.map(\.content)).count > 1 {
        for row in group { kinds[row.row] = .contradicted }
      }
      for group in sound {
        // Contents stand for all values here, so of equal ones the first row's end counts.
        let first = group.min { $0.row < $1.row }!
        let clashes = sound.contains { other in
          guard other[0].start != first.start, let other = other.min(by: { $0.row < $1.row }) else { return false }
          return other.start <= first.end && first.start <= other.end
        }
        for row in group where clashes || row.row != first.row { kinds[row.row] = clashes ? .overlapping : .repeated }
      }
    }
    return kinds
  }

  private func flags(_ rows: [(key: String, start: Int32, end: Int32, content: UInt64)]) throws -> [String] {
    var finder = DuplicateFinder()
    for (index, row) in rows.enumerated() {
      try finder.add(
        RowFacts(
          item: 1, key: UInt64(row.key.utf8.first!), content: row.content, start: row.start, end: row.end,
          row: UInt32(index), line: UInt32(index + 100)))
    }
    var flags = try finder.finish()
    return try (0..<UInt32(rows.count)).compactMap { row in
      try flags.flag(ofRow: row).map { "\(row) \($0.kind) \($0.otherLine)" }
    }
  }
}
