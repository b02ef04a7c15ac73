import ItemModel
import Testing

@testable import Ingress

@Suite struct PureTests {
  @Test func linesInAnyCut() {
    let text = Array("one\n\nlong line here\nlast".utf8)
    for size in 1...text.count {
      var splitter = LineSplitter(maxLineBytes: 8)
      var lines: [LineSplitter.Line] = []
      for start in stride(from: 0, to: text.count, by: size) {
        lines += splitter.split(Array(text[start..<min(start + size, text.count)]))
      }
      if let last = splitter.finish() { lines.append(last) }
      #expect(lines == [.text(Array("one".utf8)), .text([]), .tooLong(limit: 8), .text(Array("last".utf8))])
    }
  }

  @Test func keysAreBelievedForAWhile() throws {
    var cache = KeyCache(time: .seconds(5), staleTime: .seconds(60), capacity: 2)
    let start = ContinuousClock.now
    cache.keep(.operator, for: [1], at: start)
    cache.keep(nil, for: [2], at: start)
    #expect(cache.answer([1], at: start + .seconds(4)) == .known(.operator))
    #expect(cache.answer([2], at: start + .seconds(4)) == .refused)
    #expect(cache.answer([1], at: start + .seconds(5)) == .open)
    #expect(cache.answer([2], at: start + .seconds(5)) == .open)
    // While the database cannot be asked, an old answer goes on to count, but not for ever.
    #expect(cache.extend([1], at: start + .seconds(59)) == .operator)
    #expect(cache.answer([1], at: start + .seconds(63)) == .known(.operator))
    #expect(cache.extend([1], at: start + .seconds(65)) == nil)
    #expect(cache.extend([2], at: start + .seconds(6)) == nil)
  }

  @Test func wrongKeysDoNotPushOutRightOnes() {
    var cache = KeyCache(time: .seconds(5), staleTime: .seconds(60), capacity: 2)
    let now = ContinuousClock.now
    cache.keep(.operator, for: [0], at: now)
    for byte: UInt8 in 1...100 { cache.keep(nil, for: [byte], at: now) }
    #expect(cache.answer([0], at: now) == .known(.operator))
  }

  @Test func identifiersDiffer() {
    let identifiers = Identifiers()
    let made = (0..<1_000).map { _ in identifiers.next() }
    #expect(Set(made).count == 1_000)
    #expect(made.allSatisfy { $0.count == 32 })
  }
}
