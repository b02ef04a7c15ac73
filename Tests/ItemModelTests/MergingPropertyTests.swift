import ItemModel
import JSONCodec
import Randomness
import Testing

/// Merging against a model that is as simple as can be: a dictionary of windows, and overlaps by looking at all pairs.
@Suite struct MergingPropertyTests {
  private struct Key: Hashable {
    let node: String
    let start: Int
  }

  /// Days of January 2019; 0 and 99 are open ends.
  private struct Span: Equatable {
    let end: Int
    let cents: Int
  }

  private static func date(_ day: Int) -> String? {
    (1...31).contains(day) ? "2019-01-\(day < 10 ? "0" : "")\(day)" : nil
  }

  private static func text(_ key: Key, _ span: Span?) -> String {
    let cents = span.map { "\($0.cents / 100).\($0.cents % 100 < 10 ? "0" : "")\($0.cents % 100)" }
    return window(key.node, cents, date(key.start), span.flatMap { date($0.end) })
  }

  private static func text(_ windows: [Key: Span]) -> String {
    let keys = windows.keys.sorted { ($0.node, $0.start) < ($1.node, $1.start) }
    return #"{"cost":{"shipnodes":[\#(keys.map { text($0, windows[$0]) }.joined(separator: ","))]}}"#
  }

  private static func overlaps(_ windows: [Key: Span]) -> Bool {
    windows.contains { one, span in
      windows.contains { other, otherSpan in
        one != other && one.node == other.node && one.start <= otherSpan.end && other.start <= span.end
      }
    }
  }

  @Test(arguments: 0..<60) func mergesAsTheModelDoes(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var model: [Key: Span] = [:]
    var attributes = try Attributes(#"{"cost":{"shipnodes":[]}}"#)
    for _ in 0..<40 {
      var change: [Key: Span?] = [:]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let key = Key(
          node: ["1", "2", "10"].randomElement(using: &random) ?? "", start: Int.random(in: 0...30, using: &random))
        let end = Bool.random(using: &random) ? key.start + Int.random(in: 0...6, using: &random) : 99
        let span = Span(end: end > 31 || end == 0 ? 99 : end, cents: Int.random(in: 1...500, using: &random))
        // Mostly windows that exist, so that they are replaced and removed too.
        let place =
          Int.random(in: 0..<3, using: &random) == 0
          ? key : model.keys.sorted { "\($0)" < "\($1)" }.randomElement(using: &random) ?? key
        let fits = Span(end: max(span.end, place.start), cents: span.cents)
        change[place] = Int.random(in: 0..<3, using: &random) == 0 ? .some(nil) : fits
      }
      var expected = model
      for (key, span) in change { expected[key] = span }
      let windows = change.map { MergingPropertyTests.text($0.key, $0.value) }
      let json = try JSONDocument(#"{"cost":{"shipnodes":[\#(windows.joined(separator: ","))]}}"#).root
      do {
        let merged = try attributes.merging(json)
        #expect(!MergingPropertyTests.overlaps(expected))
        #expect(String(decoding: merged.attributes.bytes, as: UTF8.self) == MergingPropertyTests.text(expected))
        #expect(merged.changed.isEmpty == (expected == model))
        (attributes, model) = (merged.attributes, expected)
      } catch {
        #expect(MergingPropertyTests.overlaps(expected), "\(error)")
        #expect(error.errors.allSatisfy { $0.code.hasPrefix("window_overlap") })
      }
    }
  }
}
