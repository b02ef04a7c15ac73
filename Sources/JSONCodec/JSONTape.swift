/// A document's bytes and nodes, shared by all values that point into it.
@usableFromInline
final class JSONTape: Sendable {
  @usableFromInline let bytes: [UInt8]
  let nodes: [JSONNode]

  init(bytes: [UInt8], nodes: [JSONNode]) {
    self.bytes = bytes
    self.nodes = nodes
  }

  /// Hands out a string's text without escapes; only a string that has some is copied for it.
  @usableFromInline
  func withUnescaped<R>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    let node = nodes[index]
    return try bytes.withUnsafeBufferPointer { bytes in
      let contents = UnsafeBufferPointer(rebasing: bytes[node.contents])
      return node.flag ? try JSONText.withUnescaped(contents, body) : try body(contents)
    }
  }

  func string(_ index: Int) -> String {
    withUnescaped(index) { String(decoding: $0, as: UTF8.self) }
  }

  func isString(_ index: Int, equalTo text: UnsafeBufferPointer<UInt8>) -> Bool {
    let node = nodes[index]
    guard node.flag || node.contents.count == text.count else { return false }
    return withUnescaped(index) { JSONText.equal($0, text) }
  }
}
