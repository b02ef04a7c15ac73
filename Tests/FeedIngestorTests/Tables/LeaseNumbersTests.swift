import PostgresClient
import Testing

@testable import FeedIngestor

/// Numbers for dispatches, from a real database.
@Suite(.timeLimit(.minutes(5)))
struct LeaseNumbersTests {
  private func take(_ count: Int, _ numbers: LeaseNumbers, _ bench: ApplyBench) async throws -> LeaseBlock {
    try await bench.pool.withConnection { try await numbers.take(count, from: $0) }
  }

  @Test("No number is given twice: not to one process, nor to two")
  func once() async throws {
    try await ApplyBench.run { bench in
      let processes = [LeaseNumbers(), LeaseNumbers()]
      let given = try await withThrowingTaskGroup(of: [Int64].self) { group in
        for task in 0..<8 {
          group.addTask {
            var given: [Int64] = []
            for count in [1, 999, 1_500, 7] {
              var block = try await take(count, processes[task % 2], bench)
              for _ in 0..<count { given.append(block.next()) }
              processes[task % 2].giveBack(block)
            }
            return given
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(given.count == 8 * 2_507)
      #expect(Set(given).count == given.count)
    }
  }

  @Test("What was not used is used next, without asking the database")
  func givenBack() async throws {
    try await ApplyBench.run { bench in
      let numbers = LeaseNumbers()
      var block = try await take(10, numbers, bench)
      let first = block.next()
      numbers.giveBack(block)
      let before = try await bench.number("SELECT last_value FROM lease")
      block = try await take(900, numbers, bench)
      #expect(block.next() == first + 1)
      #expect(try await bench.number("SELECT last_value FROM lease") == before)
    }
  }
}
