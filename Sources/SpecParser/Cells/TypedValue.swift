internal import ItemModel

/// A cell's value, without an allocation of its own: what needs bytes points into its batch's text.
struct TypedValue: BitwiseCopyable, Sendable {
  enum Kind: UInt8 {
    case nothing
    /// `bits` is the offset in the text, `extra` the length; JSON takes it between quotes as it is.
    case text
    /// The same, with characters that JSON escapes.
    case escapedText
    /// The same, JSON already: a list.
    case json
    /// `bits` in millionths, `scale` digits behind the point as written.
    case number
    /// A number, and in `extra` the currency.
    case money
    case boolean
    /// `bits` is the calendar date's ordinal.
    case date
  }

  var kind = Kind.nothing
  var scale: UInt8 = 0
  var extra: UInt32 = 0
  var bits: Int64 = 0

  static let nothing = TypedValue()

  @inline(__always)
  static func number(_ number: DecimalNumber) -> Self {
    TypedValue(kind: .number, scale: UInt8(truncatingIfNeeded: number.scale), bits: number.micros)
  }

  @inline(__always)
  static func money(_ number: DecimalNumber, _ currency: Currency) -> Self {
    TypedValue(
      kind: .money, scale: UInt8(truncatingIfNeeded: number.scale), extra: currency.packed, bits: number.micros)
  }

  @inline(__always)
  static func boolean(_ value: Bool) -> Self { TypedValue(kind: .boolean, bits: value ? 1 : 0) }

  @inline(__always)
  static func date(_ date: CalendarDate) -> Self { TypedValue(kind: .date, bits: Int64(date.ordinal)) }

  /// Text that stands at `offset` of the batch's text.
  @inline(__always)
  static func text(at offset: Int, count: Int, kind: Kind) -> Self {
    TypedValue(kind: kind, extra: UInt32(truncatingIfNeeded: count), bits: Int64(offset))
  }

  var hasText: Bool { kind == .text || kind == .escapedText || kind == .json }
}
