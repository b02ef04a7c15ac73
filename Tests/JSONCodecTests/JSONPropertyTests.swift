import Foundation
import JSONCodec
import Randomness
import Testing

@Suite(.timeLimit(.minutes(5))) struct JSONPropertyTests {
  private func canonical(_ value: JSONValue) -> [UInt8] {
    var output: [UInt8] = []
    value.appendCanonical(to: &output)
    return output
  }

  @Test(arguments: 0..<300)
  func whatIsWrittenIsRead(seed: Int) throws {
    var generator = SeededRandom(seed: UInt64(seed))
    let sample = Sample.random(&generator)
    let document = try JSONDocument(sample.compact)
    #expect(sample.matches(document.root), "\(sample)")
    #expect(throws: Never.self) {
      try JSONSerialization.jsonObject(with: Data(document.bytes), options: .fragmentsAllowed)
    }
  }

  @Test(arguments: 0..<300)
  func equalValuesHaveEqualCanonicalText(seed: Int) throws {
    var generator = SeededRandom(seed: UInt64(seed) << 20)
    let sample = Sample.random(&generator)
    let expected = canonical(try JSONDocument(sample.compact).root)
    for _ in 0..<4 {
      let spelling = sample.respelled(&generator)
      #expect(canonical(try JSONDocument(spelling).root) == expected, "\(spelling)")
    }
    #expect(canonical(try JSONDocument(expected).root) == expected)
    let other = Sample.random(&generator)
    #expect((other == sample) == (canonical(try JSONDocument(other.compact).root) == expected))
  }

  @Test(arguments: 0..<60)
  func everyTruncationIsRefused(seed: Int) throws {
    var generator = SeededRandom(seed: UInt64(seed) << 40)
    let bytes = Sample.array([.random(&generator), .random(&generator)]).compact
    let accepted = (0..<min(bytes.count, 800)).filter { (try? JSONDocument(Array(bytes[..<$0]))) != nil }
    #expect(accepted == [])
  }

  /// Foundation refuses numbers beyond Double's range.
  private func hasOnlyBinaryNumbers(_ value: JSONValue) -> Bool {
    switch value.kind {
    case .number: value.double != nil
    case .array: value.elements.allSatisfy(hasOnlyBinaryNumbers)
    case .object: value.members.allSatisfy { hasOnlyBinaryNumbers($0.value) }
    default: true
    }
  }

  /// Foundation is laxer in some places (duplicate names), so only what is accepted here is compared.
  @Test(arguments: 0..<40)
  func mutationsAreSurvivedAndAcceptedOnesAreJSON(seed: Int) throws {
    var generator = SeededRandom(seed: UInt64(seed) << 50 | 7)
    let sample = Sample.array((0..<3).map { _ in Sample.random(&generator, depth: 3) })
    let original = Array(sample.respelled(&generator).utf8.prefix(1500))
    let alphabet = Array("{}[]\",:\\u0dD8.eE+-1 tfn\u{0}".utf8) + [0x80, 0xC3, 0xED, 0xF4, 0xFF]
    for _ in 0..<200 {
      var bytes = original
      for _ in 0...Int.random(in: 0..<3, using: &generator) where !bytes.isEmpty {
        let at = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[at] = alphabet.randomElement(using: &generator)!
        case 1: bytes.remove(at: at)
        default: bytes.insert(alphabet.randomElement(using: &generator)!, at: at)
        }
      }
      guard let document = try? JSONDocument(bytes) else { continue }
      let text = canonical(document.root)
      if canonical(try JSONDocument(text).root) != text { Issue.record("unstable: \(text)") }
      guard hasOnlyBinaryNumbers(document.root) else { continue }
      _ = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    }
  }
}
