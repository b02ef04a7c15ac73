import Randomness
import Testing

@testable import MessageProxy

@Suite struct CompletedMapTests {
  private func map(_ ranges: [Range<Int64>]) -> CompletedOffsets {
    var map = CompletedOffsets()
    for range in ranges { map.append(range) }
    return map
  }

  @Test func longRunsBecomeRunLengths() throws {
    let completed = map([1_000_005..<1_500_000, 1_500_001..<9_000_000])
    let text = CompletedMap.encode(completed, committed: 1_000_000)
    #expect(text.hasPrefix("1r"))
    #expect(text.utf8.count < 40)
    #expect(CompletedMap.decode(text, committed: 1_000_000) == completed)
  }

  @Test func scatteredOffsetsBecomeBits() throws {
    let completed = map((0..<500).map { Int64($0 * 2 + 1)..<Int64($0 * 2 + 2) })
    let text = CompletedMap.encode(completed, committed: 0)
    #expect(text.hasPrefix("1b"))
    #expect(CompletedMap.decode(text, committed: 0) == completed)
  }

  @Test func anotherOffsetsMapIsNotBelieved() {
    let text = CompletedMap.encode(map([5..<9]), committed: 3)
    #expect(CompletedMap.decode(text, committed: 4) == nil)
    #expect(CompletedMap.decode(text, committed: 3) != nil)
  }

  @Test(arguments: ["", "1r", "1b", "2rAAAA", "1xAAAA", "1rA", "1r====", "1r////////////////", "hello", "1rAw=A"])
  func foreignTextIsIgnored(text: String) {
    #expect(CompletedMap.decode(text, committed: 3) == nil)
  }

  /// Whatever is committed: it fits, it is read back, and it never names an offset that is not done.
  @Test(arguments: 0..<20) func isCutSafely(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let base = Int64.random(in: 0..<1 << 40, using: &random)
    let limit = Bool.random(using: &random) ? CompletedMap.defaultLimit : Int.random(in: 32...400, using: &random)
    var completed = CompletedOffsets()
    var offset = base
    let longest = Int64.random(in: 1...400, using: &random)
    for _ in 0..<Int.random(in: 1...6_000, using: &random) {
      offset += Int64.random(in: 1...longest, using: &random)
      let end = offset + Int64.random(in: 1...longest, using: &random)
      completed.append(offset..<end)
      offset = end
    }
    let text = CompletedMap.encode(completed, committed: base, limit: limit)
    #expect(text.utf8.count <= limit)
    let read = try #require(CompletedMap.decode(text, committed: base))
    #expect(read.count > 0)
    for range in read.ranges {
      #expect(completed.contains(range.lowerBound))
      #expect(completed.ranges.contains { $0.lowerBound <= range.lowerBound && $0.upperBound >= range.upperBound })
    }
  }

  @Test(arguments: 0..<30) func noiseNeverTraps(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<200 {
      let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
      let text = String(decoding: Base64.encode([3] + bytes), as: UTF8.self)
      _ = CompletedMap.decode("1r" + text, committed: 3)
      _ = CompletedMap.decode("1b" + text, committed: 3)
    }
  }
}
