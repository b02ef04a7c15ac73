import Testing

@testable import SpecParser

@Suite struct DateOrderTests {
  @Test(
    arguments: [
      ([(4, 11), (4, 21)], DateOrderEvidence.Decision.monthFirst), ([(4, 11), (21, 4)], .dayFirst),
      ([(4, 11), (5, 6)], .unknown), ([(5, 5), (6, 6)], .notNeeded), ([], .notNeeded), ([(12, 4)], .unknown),
      ([(21, 4), (4, 21)], .mixed),
      ([(40, 50)], .notNeeded),
    ])
  func `the whole column decides`(cells: [(Int, Int)], decision: DateOrderEvidence.Decision) {
    var evidence = DateOrderEvidence()
    for (line, cell) in cells.enumerated() { evidence.add(first: cell.0, second: cell.1, line: line + 2) }
    #expect(evidence.decision == decision)
  }

  @Test func `a row of each kind is known`() {
    var evidence = DateOrderEvidence()
    for (line, cell) in [(4, 11), (4, 21), (4, 22), (21, 4), (5, 6)].enumerated() {
      evidence.add(first: cell.0, second: cell.1, line: line + 2)
    }
    #expect(evidence.ambiguousLine == 2)
    #expect(evidence.monthFirstLine == 3)
    #expect(evidence.dayFirstLine == 5)
    #expect(evidence.monthFirst == 2)
  }
}
