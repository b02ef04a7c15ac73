import ScratchFiles
import Testing

@testable import SpecParser

@Suite(.timeLimit(.minutes(5))) struct RecordSorterTests {
  private struct Entry: BitwiseCopyable, Comparable {
    let value: Int

    static func < (left: Entry, right: Entry) -> Bool { left.value < right.value }
  }

  @Test(arguments: [0, 1, 1_023, 1_024, 1_025, 5_000, 70_000])
  func `any number of records comes out in order`(count: Int) throws {
    var sorter = RecordSorter<Entry>(SpillOptions(memory: 8_192))
    for value in (0..<count) { try sorter.append(Entry(value: value &* 7_919 % max(1, count))) }
    let sorted = try sorter.sorted()
    for _ in 0..<2 {
      var walk = try sorted.walk()
      var found: [Int] = []
      while found.count <= count, let entry = try walk.next() { found.append(entry.value) }
      #expect(found == (0..<count).map { $0 &* 7_919 % max(1, count) }.sorted())
    }
  }

  @Test func `a disk that is full is told`() throws {
    var sorter = RecordSorter<Entry>(SpillOptions(memory: 1, space: ScratchSpace(limit: 10_000)))
    let error = #expect(throws: ScratchFileError.self) {
      for value in 0..<10_000 { try sorter.append(Entry(value: value)) }
    }
    #expect(error?.code == .noSpace(limit: 10_000))
  }
}
