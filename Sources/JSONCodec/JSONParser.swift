/// Reads a whole document in one pass. The tape is its own stack: an open container's `next` names its parent.
struct JSONParser {
  private static let none = UInt32.max

  let bytes: UnsafeBufferPointer<UInt8>
  var nodes: [JSONNode] = []
  var position = 0
  private let maxDepth: Int
  private let maxNodes: Int
  private var depth = 0
  /// The innermost open container.
  private var open = JSONParser.none

  private init(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: JSONLimits) {
    self.bytes = bytes
    maxDepth = limits.effectiveDepth
    maxNodes = limits.effectiveNodes
    nodes.reserveCapacity(min(bytes.count / 10 + 8, maxNodes))
  }

  static func parse(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: JSONLimits) throws(JSONError) -> [JSONNode] {
    guard bytes.count <= limits.effectiveBytes else {
      throw JSONError(offset: limits.effectiveBytes, message: "too long (limit \(limits.effectiveBytes) bytes)")
    }
    var parser = JSONParser(bytes, limits)
    try parser.run()
    return parser.nodes
  }

  private mutating func run() throws(JSONError) {
    skipWhitespace()
    while true {
      var isComplete = try readValue()
      while isComplete {
        skipWhitespace()
        if open == Self.none {
          guard position == bytes.count else { throw failure("unexpected text after the value") }
          return
        }
        isComplete = try readSeparator()
      }
    }
  }

  /// Reads a scalar or an empty container (true), or a container's opening up to its first value (false).
  private mutating func readValue() throws(JSONError) -> Bool {
    guard position < bytes.count else { throw failure("unexpected end") }
    let start = position
    switch bytes[start] {
    case UInt8(ascii: "\""):
      let isEscaped = try skipString()
      try append(.string, from: start, flag: isEscaped)
    case UInt8(ascii: "-"), 0x30...0x39:
      try skipNumber()
      try append(.number, from: start)
    case UInt8(ascii: "{"):
      try openContainer(.object)
      if next(is: UInt8(ascii: "}")) { try closeContainer() } else { try readName(); return false }
    case UInt8(ascii: "["):
      try openContainer(.array)
      if next(is: UInt8(ascii: "]")) { try closeContainer() } else { return false }
    case UInt8(ascii: "t"):
      try skipLiteral("true")
      try append(.bool, from: start, flag: true)
    case UInt8(ascii: "f"):
      try skipLiteral("false")
      try append(.bool, from: start)
    case UInt8(ascii: "n"):
      try skipLiteral("null")
      try append(.null, from: start)
    case 0xEF where start == 0:
      throw failure("unexpected character (a byte order mark?)")
    default:
      throw failure("unexpected character")
    }
    return true
  }

  /// After a value inside a container: its end (true), or a comma and what precedes the next value (false).
  private mutating func readSeparator() throws(JSONError) -> Bool {
    guard position < bytes.count else { throw failure("unexpected end") }
    let isObject = nodes[Int(open)].kind == .object
    let byte = bytes[position]
    if byte == UInt8(ascii: ",") {
      position &+= 1
      skipWhitespace()
      if isObject { try readName() }
      return false
    }
    guard byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
      throw failure(isObject ? "expected a comma or }" : "expected a comma or ]")
    }
    try closeContainer()
    return true
  }

  /// Reads a member's name, its colon and the space around.
  private mutating func readName() throws(JSONError) {
    guard position < bytes.count else { throw failure("unexpected end") }
    guard bytes[position] == UInt8(ascii: "\"") else { throw failure("expected a name in quotes") }
    let start = position
    let isEscaped = try skipString()
    try appendNode(JSONNode(.string, start: start, end: position, next: nodes.count &+ 1, flag: isEscaped))
    skipWhitespace()
    guard position < bytes.count else { throw failure("unexpected end") }
    guard bytes[position] == UInt8(ascii: ":") else { throw failure("expected a colon") }
    position &+= 1
    skipWhitespace()
  }

  private mutating func openContainer(_ kind: JSONKind) throws(JSONError) {
    guard depth < maxDepth else { throw failure("nested too deeply (limit \(maxDepth))") }
    depth &+= 1
    if open != Self.none { nodes[Int(open)].countOneMore() }
    let index = nodes.count
    try appendNode(JSONNode(kind, start: position, end: position, next: Int(open)))
    open = UInt32(truncatingIfNeeded: index)
    position &+= 1
    skipWhitespace()
  }

  private mutating func closeContainer() throws(JSONError) {
    position &+= 1
    let index = Int(open)
    open = nodes[index].next
    depth &-= 1
    nodes[index].end = UInt32(truncatingIfNeeded: position)
    nodes[index].next = UInt32(truncatingIfNeeded: nodes.count)
    if nodes[index].kind == .object { try refuseDuplicateNames(of: index) }
  }

  @inline(__always)
  private mutating func append(_ kind: JSONKind, from start: Int, flag: Bool = false) throws(JSONError) {
    if open != Self.none { nodes[Int(open)].countOneMore() }
    try appendNode(JSONNode(kind, start: start, end: position, next: nodes.count &+ 1, flag: flag))
  }

  @inline(__always)
  private mutating func appendNode(_ node: JSONNode) throws(JSONError) {
    guard nodes.count < maxNodes else { throw failure("too many values (limit \(maxNodes))") }
    nodes.append(node)
  }

  @inline(__always)
  private func next(is byte: UInt8) -> Bool { position < bytes.count && bytes[position] == byte }

  @inline(__always)
  private mutating func skipWhitespace() {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
      position &+= 1
    }
  }

  @inline(never)
  func failure(_ message: String, at offset: Int? = nil) -> JSONError {
    JSONError(offset: offset ?? position, message: message)
  }
}
