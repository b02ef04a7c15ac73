internal import ItemModel

/// JSON on its way into memory that has room for it.
struct JSONSink {
  /// An object or list that is open.
  struct Level: BitwiseCopyable {
    /// Where it begins: it goes again when nothing is in it.
    let mark: Int
    let start: Int
  }

  private let output: UnsafeMutablePointer<UInt8>
  private let text: UnsafeBufferPointer<UInt8>
  private let literals: UnsafeBufferPointer<UInt8>
  private let levels: UnsafeMutableBufferPointer<Level>
  private var depth = 0
  private(set) var count = 0

  init(
    output: UnsafeMutablePointer<UInt8>, text: UnsafeBufferPointer<UInt8>, literals: UnsafeBufferPointer<UInt8>,
    levels: UnsafeMutableBufferPointer<Level>
  ) {
    self.output = output
    self.text = text
    self.literals = literals
    self.levels = levels
  }

  @inline(__always)
  mutating func open(_ step: RowProgram.Step) {
    let mark = count
    separate()
    append(literal: step)
    levels[depth] = Level(mark: mark, start: count)
    depth &+= 1
  }

  @inline(__always)
  mutating func close(_ step: RowProgram.Step) {
    depth &-= 1
    if count == levels[depth].start, depth > 0 {
      count = levels[depth].mark
    } else {
      append(literal: step)
    }
  }

  @inline(__always)
  mutating func name(_ step: RowProgram.Step) {
    separate()
    append(literal: step)
  }

  @inline(__always)
  mutating func append(_ value: TypedValue) {
    switch value.kind {
    case .nothing: break
    case .text:
      byte(.quote)
      copy(value)
      byte(.quote)
    case .escapedText: escape(value)
    case .json: copy(value)
    case .number: append(micros: value.bits, places: Int(value.scale))
    case .money:
      append(#"{"currencyAmount":"#)
      append(micros: value.bits, places: Int(value.scale))
      append(#","currencyUnit":""#)
      byte(UInt8(truncatingIfNeeded: value.extra &>> 16))
      byte(UInt8(truncatingIfNeeded: value.extra &>> 8))
      byte(UInt8(truncatingIfNeeded: value.extra))
      append(#""}"#)
    case .boolean: append(value.bits == 1 ? "true" : "false")
    case .date: append(date: value.bits)
    }
  }

  @inline(__always)
  private mutating func separate() {
    if depth > 0, count > levels[depth &- 1].start { byte(UInt8(ascii: ",")) }
  }

  @inline(__always)
  mutating func byte(_ byte: UInt8) {
    output[count] = byte
    count &+= 1
  }

  @inline(__always)
  private mutating func append(literal step: RowProgram.Step) {
    guard let base = literals.baseAddress else { return }
    (output + count).update(from: base + step.literal, count: step.length)
    count &+= step.length
  }

  @inline(__always)
  private mutating func append(_ literal: StaticString) {
    (output + count).update(from: literal.utf8Start, count: literal.utf8CodeUnitCount)
    count &+= literal.utf8CodeUnitCount
  }

  @inline(__always)
  private mutating func copy(_ value: TypedValue) {
    guard let base = text.baseAddress else { return }
    (output + count).update(from: base + Int(value.bits), count: Int(value.extra))
    count &+= Int(value.extra)
  }

  private mutating func escape(_ value: TypedValue) {
    byte(.quote)
    for place in Int(value.bits)..<(Int(value.bits) + Int(value.extra)) {
      let character = text[place]
      switch character {
      case .quote, UInt8(ascii: "\\"):
        byte(UInt8(ascii: "\\"))
        byte(character)
      case .lineFeed: append(#"\n"#)
      case .carriageReturn: append(#"\r"#)
      case 0x09: append(#"\t"#)
      default: byte(character)
      }
    }
    byte(.quote)
  }

  /// At least one digit before the point, and `places` behind it.
  @inline(__always)
  private mutating func append(micros: Int64, places: Int) {
    var rest = micros.magnitude
    for _ in places..<6 { rest /= 10 }
    if micros < 0 { byte(UInt8(ascii: "-")) }
    var length = 1
    var power: UInt64 = 10
    while rest >= power, length < 20 {
      length &+= 1
      power = power &* 10
      if length >= 19 { break }
    }
    length = max(length, places &+ 1)
    if places > 0 { length &+= 1 }
    var at = count &+ length
    count = at
    for place in 0..<length {
      at &-= 1
      if place == places, places > 0 {
        output[at] = UInt8(ascii: ".")
      } else {
        output[at] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      }
    }
  }

  @inline(__always)
  private mutating func append(date: Int64) {
    byte(.quote)
    var rest = UInt64(date)
    var at = count &+ 10
    count = at
    for place in 0..<10 {
      at &-= 1
      if place == 2 || place == 5 {
        output[at] = UInt8(ascii: "-")
      } else {
        output[at] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      }
    }
    byte(.quote)
  }
}
