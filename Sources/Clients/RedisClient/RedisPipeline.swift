/// Commands that are sent together, in the protocol's form (RESP arrays of bulk strings).
public struct RedisPipeline: Sendable {
  private(set) var encoded: [UInt8] = []
  /// How many commands, and so replies.
  public private(set) var count = 0

  public init() {}

  /// Adds a command of texts: at least its name, or the server would give no reply.
  public mutating func append(_ parts: String...) {
    begin(partCount: parts.count)
    for part in parts { add(part) }
  }

  /// Adds a command of bytes: at least its name.
  public mutating func append(_ parts: [[UInt8]]) {
    begin(partCount: parts.count)
    for part in parts { add(part) }
  }

  /// Begins a command; exactly `partCount` calls of `add` must follow.
  mutating func begin(partCount: Int) {
    precondition(partCount > 0, "a command has a name")
    count += 1
    encoded.append(0x2A)  // *
    addNumber(partCount)
  }

  mutating func add(_ text: String) {
    encoded.append(0x24)  // $
    addNumber(text.utf8.count)
    encoded.append(contentsOf: text.utf8)
    addLineEnd()
  }

  mutating func add(_ bytes: [UInt8]) {
    encoded.append(0x24)  // $
    addNumber(bytes.count)
    encoded.append(contentsOf: bytes)
    addLineEnd()
  }

  private mutating func addNumber(_ number: Int) {
    if number < 10 {
      encoded.append(0x30 + UInt8(truncatingIfNeeded: number))
    } else {
      encoded.append(contentsOf: String(number).utf8)
    }
    addLineEnd()
  }

  private mutating func addLineEnd() {
    encoded.append(0x0D)
    encoded.append(0x0A)
  }
}
