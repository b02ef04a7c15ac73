/// A JSON text (RFC 8259) that was read and checked whole: one value, well-formed UTF-8, no lone surrogates, no
/// duplicate names, no byte order mark. Exponents of more than nine digits are refused.
public struct JSONDocument: Sendable {
  let tape: JSONTape

  public init(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
    let nodes = try bytes.withUnsafeBufferPointer { (bytes) throws(JSONError) in
      try JSONParser.parse(bytes, limits)
    }
    tape = JSONTape(bytes: bytes, nodes: nodes)
  }

  public init(_ text: String) throws(JSONError) {
    try self.init(Array(text.utf8))
  }

  /// The text as it was given.
  public var bytes: [UInt8] { tape.bytes }

  public var root: JSONValue { JSONValue(tape: tape, index: 0) }
}
