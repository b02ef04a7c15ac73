/// Writes the numbers of cells as a person sees them, but with all their digits.
struct NumberWriter {
  private let isFrom1904: Bool
  /// Used again for each number.
  private var number = SheetNumber()
  private var digits: [UInt8] = []

  init(isFrom1904: Bool) { self.isFrom1904 = isFrom1904 }

  /// - Parameter text: the number as the file has it. What is no number is written as it is.
  mutating func append(_ text: UnsafeBufferPointer<UInt8>, _ format: NumberFormat, to target: inout [UInt8]) {
    switch format {
    case .either(let condition, let one, let other):
      let number = Double(String(decoding: text, as: UTF8.self))
      return append(text, number.map(condition.holds) == true ? one : other, to: &target)
    case .general: if SheetNumber.copy(text, to: &target) { return }
    case .date: if appendWholeDay(text, to: &target) { return }
    default: break
    }
    let start = target.count
    guard number.read(text), number.isWritable, append(format, to: &target) else {
      target.removeSubrange(start...)
      target.append(contentsOf: text)
      return
    }
  }

  /// - Returns: false for what no format is made for.
  private mutating func append(_ format: NumberFormat, to target: inout [UInt8]) -> Bool {
    switch format {
    case .general, .either: appendPlain(to: &target)
    case .percent:
      number.multiplyBy100()
      appendPlain(to: &target)
      target.append(UInt8(ascii: "%"))
    case .currency(let prefix, let suffix, let decimals):
      appendSign(to: &target)
      target.append(contentsOf: prefix)
      number.append(to: &target, decimals: decimals)
      target.append(contentsOf: suffix)
    case .padded(let pattern): appendPadded(pattern, to: &target)
    case .date, .dateTime, .time, .elapsed:
      // Negative moments have no form; the number tells more than a row of `#`.
      guard let moment = SerialDate(number) else {
        appendPlain(to: &target)
        return true
      }
      append(moment, format, to: &target)
    }
    return true
  }

  private mutating func append(_ moment: SerialDate, _ format: NumberFormat, to target: inout [UInt8]) {
    switch format {
    case .time: moment.appendTime(to: &target)
    case .elapsed: moment.appendTime(isElapsed: true, to: &target)
    case .dateTime where moment.days == 0 && !isFrom1904: moment.appendTime(to: &target)
    default:
      guard moment.appendDay(isFrom1904: isFrom1904, to: &target) else { return appendPlain(to: &target) }
      guard format == .dateTime, moment.seconds > 0 else { return }
      target.append(UInt8(ascii: "T"))
      moment.appendTime(to: &target)
    }
  }

  /// A date without a time, as nearly all are.
  private func appendWholeDay(_ text: UnsafeBufferPointer<UInt8>, to target: inout [UInt8]) -> Bool {
    guard !text.isEmpty, text.count <= 6, text.allSatisfy(\.isDigit) else { return false }
    return SerialDate(days: text.reduce(0) { $0 * 10 + Int($1 - .zero) }).appendDay(isFrom1904: isFrom1904, to: &target)
  }

  private func appendPlain(to target: inout [UInt8]) {
    appendSign(to: &target)
    number.append(to: &target)
  }

  private func appendSign(to target: inout [UInt8]) { if number.isNegative { target.append(UInt8(ascii: "-")) } }

  /// Zeros before the number, and its digits in the pattern's places.
  private mutating func appendPadded(_ pattern: DigitPattern, to target: inout [UInt8]) {
    appendSign(to: &target)
    digits.removeAll(keepingCapacity: true)
    number.append(to: &digits, places: pattern.zeros)
    let whole = digits.firstIndex(of: UInt8(ascii: ".")) ?? digits.count
    // Digits behind a point among others before it would make another number.
    if whole < digits.count, pattern.isDivided { return target.append(contentsOf: digits) }
    var (next, places) = (0, pattern.places)
    for byte in pattern.bytes {
      guard byte == DigitPattern.place else {
        target.append(byte)
        continue
      }
      places -= 1
      // The first place takes what is too much for all of them.
      let end = max(next, whole - places)
      target.append(contentsOf: digits[next..<end])
      next = end
    }
    target.append(contentsOf: digits[whole...])
    target.append(contentsOf: pattern.suffix)
  }
}
