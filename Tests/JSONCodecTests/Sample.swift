import JSONCodec
import Randomness

/// A JSON value made by a generator, with what it takes to spell it in several ways.
indirect enum Sample: Equatable {
  case null
  case bool(Bool)
  case integer(Int64)
  /// mantissa × 10^exponent, the mantissa no multiple of 10.
  case decimal(mantissa: Int64, exponent: Int)
  case string(String)
  case array([Sample])
  case object([(name: String, value: Sample)])

  static func == (left: Sample, right: Sample) -> Bool {
    left.compact == right.compact
  }

  static func random(_ generator: inout SeededRandom, depth: Int = 4) -> Sample {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &generator) {
    case 0: return .null
    case 1: return .bool(.random(using: &generator))
    case 2: return .integer(Int64(truncatingIfNeeded: generator.next()) >> Int64.random(in: 0..<64, using: &generator))
    case 3:
      let mantissa = Int64.random(in: -99_999...99_999, using: &generator) * 10 + 3
      return .decimal(mantissa: mantissa, exponent: .random(in: -30...30, using: &generator))
    case 4: return .string(text(&generator))
    case 5, 6:
      return .array((0..<Int.random(in: 0..<5, using: &generator)).map { _ in random(&generator, depth: depth - 1) })
    default:
      let names = Set((0..<Int.random(in: 0..<24, using: &generator)).map { _ in text(&generator) })
      // A set's order differs between runs; sorting keeps the seed in charge.
      return .object(names.sorted().map { ($0, random(&generator, depth: depth - 1)) })
    }
  }

  static func text(_ generator: inout SeededRandom) -> String {
    let alphabet: [Unicode.Scalar] = [
      "a", "b", "z", "0", " ", "\"", "\\", "/", "\n", "\t", "\u{0}", "\u{1F}", "\u{7F}", "é", "ß", "€", "\u{FFFD}",
      "\u{E000}", "😀", "\u{10FFFF}",
    ]
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0..<12, using: &generator) { text.append(alphabet.randomElement(using: &generator)!) }
    return String(text)
  }

  var compact: [UInt8] {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.bytes
  }

  func write(to writer: inout JSONWriter) {
    switch self {
    case .null: writer.null()
    case .bool(let value): writer.bool(value)
    case .integer(let value): writer.int(value)
    case .decimal(let mantissa, let exponent): writer.number(raw: "\(mantissa)e\(exponent)")
    case .string(let text): writer.string(text)
    case .array(let elements):
      writer.beginArray()
      for element in elements { element.write(to: &writer) }
      writer.endArray()
    case .object(let members):
      writer.beginObject()
      for member in members {
        writer.name(member.name)
        member.value.write(to: &writer)
      }
      writer.endObject()
    }
  }

  /// Another spelling of the same value: members shuffled, space, escapes, exponents and superfluous zeros.
  func respelled(_ generator: inout SeededRandom) -> String {
    let space = ["", "", " ", "\n\t", "\r "].randomElement(using: &generator)!
    switch self {
    case .null, .bool: return space + String(decoding: compact, as: UTF8.self) + space
    case .integer(let value): return space + Self.respelled(mantissa: value, exponent: 0, &generator)
    case .decimal(let mantissa, let exponent):
      return space + Self.respelled(mantissa: mantissa, exponent: exponent, &generator)
    case .string(let text): return Self.respelled(text, &generator) + space
    case .array(let elements):
      return "[\(space)\(elements.map { $0.respelled(&generator) }.joined(separator: ","))\(space)]"
    case .object(let members):
      let spelled = members.shuffled(using: &generator).map {
        Self.respelled($0.name, &generator) + space + ":" + $0.value.respelled(&generator)
      }
      return "{\(space)\(spelled.joined(separator: ","))\(space)}"
    }
  }

  private static func respelled(mantissa: Int64, exponent: Int, _ generator: inout SeededRandom) -> String {
    let sign = mantissa < 0 ? "-" : ""
    var digits = String(mantissa.magnitude)
    var exponent = exponent
    for _ in 0..<Int.random(in: 0..<4, using: &generator) {
      digits += "0"
      exponent -= 1
    }
    let point = Int.random(in: 0...digits.count, using: &generator)
    if point < digits.count {
      exponent += digits.count - point
      digits = (point == 0 ? "0" : digits.prefix(point)) + "." + digits.dropFirst(point)
    }
    let mark = ["e", "E"].randomElement(using: &generator)!
    let plus = exponent >= 0 ? ["", "+", "+00"].randomElement(using: &generator)! : ""
    // A point straight after a leading zero of zero itself would make "00.…".
    return mantissa == 0 ? "-0.0e\(plus)\(exponent)" : "\(sign)\(digits)\(mark)\(plus)\(exponent)"
  }

  private static func respelled(_ text: String, _ generator: inout SeededRandom) -> String {
    var output = "\""
    for scalar in text.unicodeScalars {
      if scalar.value < 0x20 || scalar == "\"" || scalar == "\\" || Bool.random(using: &generator) {
        for unit in String(scalar).utf16 {
          let hex = String(unit, radix: 16, uppercase: .random(using: &generator))
          output += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }
      } else {
        output.unicodeScalars.append(scalar)
      }
    }
    return output + "\""
  }

  /// Whether a read value says the same.
  func matches(_ value: JSONValue) -> Bool {
    switch self {
    case .null: return value.isNull
    case .bool(let expected): return value.bool == expected
    case .integer(let expected): return value.int64 == expected
    case .decimal(let mantissa, let exponent):
      return value.kind == .number && value.double == Double("\(mantissa)e\(exponent)")
    case .string(let text): return value.string == text && value.isString(text)
    case .array(let elements):
      return value.kind == .array && value.count == elements.count
        && zip(elements, value.elements).allSatisfy { $0.matches($1) }
    case .object(let members):
      return value.kind == .object && value.count == members.count
        && members.allSatisfy { member in value[member.name].map { member.value.matches($0) } ?? false }
    }
  }
}
