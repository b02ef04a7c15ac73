internal import ItemModel

/// What a template says of a column to whoever fills it in.
struct ColumnGuide {
  let column: SpecColumn

  var isRequired: String { column.isRequired ? "required" : "optional" }

  /// What goes into the cells, in one sentence.
  var rule: String {
    var rule = kind(column.type)
    let bounds = column.bounds
    if let minimum = bounds.minimumMicros { rule += ", at least \(number(minimum))" }
    if let maximum = bounds.maximumMicros { rule += ", at most \(number(maximum))" }
    if case .text = column.type { rule += ", up to \(bounds.maxLength) characters" }
    if let standard = column.defaultValue { rule += "; \(standard) when left empty" }
    return rule
  }

  /// A value that the column takes; empty where none of ours is one.
  var example: String { candidates(column.type).first(where: isReadable) ?? "" }

  private func candidates(_ type: ColumnType) -> [String] {
    switch type {
    case .gtin: ["00012345678905"]
    case .text: []
    case .money: ["39.88", "40"] + limits
    case .boolean: ["Yes"]
    case .date(let format):
      switch format.order {
      case .monthFirst: ["04-21-2019"]
      case .dayFirst: ["21-04-2019"]
      case .yearFirst, .infer: ["2019-04-21"]
      }
    case .decimal: ["1.5"] + limits
    case .integer: ["12"] + limits
    case .enumeration(let choices): choices.values
    case .list(let separator, of: let type):
      [candidates(type).prefix(2).joined(separator: String(UnicodeScalar(separator)))]
    }
  }

  /// The least and the most that is allowed.
  private var limits: [String] {
    [column.bounds.minimumMicros, column.bounds.maximumMicros].compactMap { $0.map(number) }
  }

  private func isReadable(_ text: String) -> Bool {
    guard !text.isEmpty else { return false }
    return Array(text.utf8).withUnsafeBufferPointer { cell in
      var (bytes, note) = (ByteBuffer(), Normalisation?.none)
      return (try? CellPlan(column.type, bounds: column.bounds).read(cell, text: &bytes, note: &note)) != nil
    }
  }

  /// What the cells are chosen from; empty where they are free.
  var choices: [String] {
    switch column.type {
    case .boolean: ["Yes", "No"]
    case .enumeration(let choices): choices.values
    default: []
    }
  }

  private func kind(_ type: ColumnType) -> String {
    switch type {
    case .gtin: "GTIN of 8, 12, 13 or 14 digits, leading zeros included"
    case .text: "text"
    case .money(let currency): "amount in \(currency), or with another currency's code"
    case .boolean: "Yes or No"
    case .date(let format):
      switch format.order {
      case .monthFirst: "day as month-day-year, or year-month-day"
      case .dayFirst: "day as day-month-year, or year-month-day"
      case .yearFirst: "day as year-month-day"
      case .infer: "day, in one order in the whole column"
      }
    case .decimal: "number"
    case .integer: "whole number"
    case .enumeration(let choices):
      choices.values.count <= 12
        ? "one of " + choices.values.joined(separator: ", ") : "one of \(choices.values.count) values; see the list"
    case .list(let separator, of: let type):
      "several, divided by “\(UnicodeScalar(separator))”, each \(kind(type))"
    }
  }

  private func number(_ micros: Int64) -> String {
    // As many digits behind the point as it takes.
    let scale = [1_000_000, 100_000, 10_000, 1_000, 100, 10].firstIndex { micros % $0 == 0 } ?? 6
    var text: [UInt8] = []
    DecimalNumber(micros: micros, scale: scale).appendText(atLeast: 0, to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}
