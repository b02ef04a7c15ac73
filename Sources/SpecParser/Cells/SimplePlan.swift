internal import ItemModel

/// What reading a cell takes whose type is one of the simple ones. Without references, so that a copy costs nothing.
struct SimplePlan: BitwiseCopyable, Sendable {
  enum Kind: BitwiseCopyable, Sendable { case gtin, text, money, boolean, date, decimal, integer, enumeration, list }

  let kind: Kind
  let bounds: ColumnBounds
  private let mark: DecimalMark
  /// Whether 1,234 is read by it, or refused.
  private let isMarkKnown: Bool
  private var order: DateFormat.Order?
  /// Whether 4-11-19 is read by it, or refused.
  private var isOrderKnown = true
  private var pivot = 0
  /// Of amounts that name none.
  private(set) var currency = Currency.dollar
  private var minorDigits = 0

  /// Whether `read` can do it alone.
  var isWhole: Bool { kind != .enumeration && kind != .list }

  /// - Parameters:
  ///   - isMarkKnown: whether what could be read with either mark is read by this one.
  ///   - order: of dates; nil when nothing decides, or the column's cells contradict what is declared.
  init(
    _ type: ColumnType, bounds: ColumnBounds, mark: DecimalMark, isMarkKnown: Bool = true, order: DateFormat.Order?
  ) {
    self.bounds = bounds
    self.mark = mark
    self.isMarkKnown = isMarkKnown
    switch type {
    case .gtin: kind = .gtin
    case .text: kind = .text
    case .money(let currency):
      kind = .money
      self.currency = Currency(currency) ?? .dollar
      minorDigits = self.currency.minorDigits
    case .boolean: kind = .boolean
    case .date(let format):
      kind = .date
      self.order = order ?? type.declaredOrder
      isOrderKnown = order != nil || type.declaredOrder == nil
      pivot = format.pivot
    case .decimal: kind = .decimal
    case .integer: kind = .integer
    case .enumeration: kind = .enumeration
    case .list: kind = .list
    }
  }

  /// The same for amounts in another currency.
  func reading(in currency: Currency) -> SimplePlan {
    var plan = self
    plan.currency = currency
    plan.minorDigits = currency.minorDigits
    return plan
  }

  /// Reads a cell.
  /// - Parameters:
  ///   - cell: not empty, without white space at its ends.
  ///   - text: what the value needs of bytes is appended to it.
  ///   - note: what was understood in a way worth telling.
  @inline(__always)
  func read(
    _ cell: UnsafeBufferPointer<UInt8>, text: inout ByteBuffer, note: inout Normalisation?
  ) throws(CellProblem) -> TypedValue {
    switch kind {
    case .gtin, .enumeration, .list: return .nothing
    case .text:
      guard TextCell.isPlain(cell) else { return try readOddText(cell, text: &text, note: &note) }
      if TextCell.isDate(cell) { note = .dateInText }
      return try append(cell, .text, to: &text)
    case .money:
      let money = try MoneyCell.read(cell, currency: currency, mark: mark)
      if !isMarkKnown, NumberForm.isAmbiguous(cell) { throw .decimalMarkUnknown(mark) }
      try checkRange(money.amount, "amount")
      if money.isNormalised { note = .number }
      let digits = money.currency == currency ? minorDigits : money.currency.minorDigits
      return .money(
        DecimalNumber(micros: money.amount.micros, scale: max(money.amount.scale, digits)), money.currency)
    case .boolean: return .boolean(try BooleanCell.read(cell))
    case .date:
      let date = try DateCell.read(cell, order: order, pivot: pivot)
      if !isOrderKnown, DateCell.isAmbiguous(cell) { throw .dateOrderUnknown }
      if date.isNormalised { note = .date }
      return .date(date.date)
    case .decimal, .integer: return .number(try readNumber(cell, &note))
    }
  }

  @inline(__always)
  private func append(
    _ cell: UnsafeBufferPointer<UInt8>, _ kind: TypedValue.Kind, to text: inout ByteBuffer
  ) throws(CellProblem) -> TypedValue {
    try checkLength(cell)
    let start = text.count
    text.append(cell)
    return .text(at: start, count: cell.count, kind: kind)
  }

  private func readOddText(
    _ cell: UnsafeBufferPointer<UInt8>, text: inout ByteBuffer, note: inout Normalisation?
  ) throws(CellProblem) -> TypedValue {
    let cell = try TextCell.unwrapped(cell, note: &note)
    if cell.isEmpty { return .nothing }
    if bounds.isKey, let seen = TextCell.withoutUnseen(cell) {
      note = .text
      return try seen.withUnsafeBufferPointer { (seen) throws(CellProblem) in
        try readOddText(seen.trimmed, text: &text, note: &note)
      }
    }
    let needsEscape = try TextCell.check(cell, isKey: bounds.isKey)
    return try append(cell, needsEscape ? .escapedText : .text, to: &text)
  }

  @inline(__always)
  private func readNumber(
    _ cell: UnsafeBufferPointer<UInt8>, _ note: inout Normalisation?
  ) throws(CellProblem) -> DecimalNumber {
    let read = try NumberCell.read(
      cell, mark: mark,
      problem: mark == .point && NumberForm.isCommaOnly(cell) ? .decimalComma("invalid_number") : .invalidNumber)
    if !isMarkKnown, NumberForm.isAmbiguous(cell) { throw .decimalMarkUnknown(mark) }
    if read.isNormalised { note = .number }
    try checkRange(read.number, "number")
    guard kind == .integer else { return read.number }
    guard read.number.micros % 1_000_000 == 0 else {
      throw CellProblem(code: "not_an_integer", description: "This is not a whole number.", hint: "Round it.")
    }
    return DecimalNumber(micros: read.number.micros, scale: 0)
  }

  @inline(__always)
  private func checkRange(_ number: DecimalNumber, _ name: StaticString) throws(CellProblem) {
    if let minimum = bounds.minimumMicros, number.micros < minimum {
      throw CellProblem(
        code: "\(name)_too_small", description: "This is less than \(SimplePlan.text(minimum)), the least allowed.",
        hint: "Look at the sign.")
    }
    if let maximum = bounds.maximumMicros, number.micros > maximum {
      throw CellProblem(
        code: "\(name)_too_large", description: "This is more than \(SimplePlan.text(maximum)), the most allowed.",
        hint: "Look for a point that is missing.")
    }
  }

  @inline(__always)
  private func checkLength(_ cell: UnsafeBufferPointer<UInt8>) throws(CellProblem) {
    if cell.count > bounds.maxLength || bounds.minLength > 0 { try checkCharacters(cell) }
  }

  private func checkCharacters(_ cell: UnsafeBufferPointer<UInt8>) throws(CellProblem) {
    let count = cell.count { $0 & 0xC0 != 0x80 }
    if count > bounds.maxLength {
      throw CellProblem(
        code: "text_too_long", description: "The text has \(count) characters; the limit is \(bounds.maxLength).",
        hint: "Shorten it.")
    }
    if count < bounds.minLength {
      throw CellProblem(
        code: "text_too_short",
        description: "The text has \(count) characters; \(bounds.minLength) are the least.",
        hint: "Look for what was cut off.")
    }
  }

  private static func text(_ micros: Int64) -> String {
    var digits: [UInt8] = []
    DecimalNumber(micros: micros, scale: 0).appendText(atLeast: micros % 1_000_000 == 0 ? 0 : 6, to: &digits)
    return String(decoding: digits, as: UTF8.self)
  }
}
