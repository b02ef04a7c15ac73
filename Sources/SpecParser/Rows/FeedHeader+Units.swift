extension FeedHeader {
  /// What people write behind a column's name.
  private enum Unit {
    /// The currencies that it may mean.
    case currency([Currency])
    case dates(DateFormat.Order)
    /// Whether the cell has to be filled in, or how.
    case remark
  }

  /// Without one of these, in ASCII, a name has no unit.
  static let unitMarks = "$%([".utf8

  private static let remarks: Set<String> = ["required", "mandatory", "optional", "yn", "yesno", "yesorno"]

  /// The column that a name means, and what the name says of its cells: their currency, `Unit Cost (€)`, or the order of
  /// its dates, `Start Date (DD/MM/YYYY)`, if that is not the spec's. Other amounts than the column's, such as per cent,
  /// are other columns.
  static func column(_ name: String, of spec: Spec) -> (column: Int, type: ColumnType?)? {
    let whole = spec.columnsByKey[key(name)]
    guard name.utf8.contains(where: { $0 >= 0x80 || unitMarks.contains($0) }) else { return whole.map { ($0, nil) } }
    let parts = parts(of: name)
    guard let column = whole ?? parts.flatMap({ spec.columnsByKey[key($0.name)] }) else { return nil }
    switch (spec.columns[column].type, parts?.unit) {
    case (.money(let usual), .currency(let meanings)):
      // A sign of several currencies leaves it to the spec.
      let isUsual = meanings.count > 1 && meanings.contains { $0.text == usual }
      return (column, isUsual ? nil : meanings.first.map { .money(currency: $0.text) })
    case (.money, _) where name.contains("%") && !spec.columns[column].isNamedInPerCent: return nil
    case (.date(let format), .dates(let order)):
      return (column, format.order == order ? nil : .date(DateFormat(order: order, pivot: format.pivot)))
    case (_, .remark): return (column, nil)
    default: return whole.map { ($0, nil) }
    }
  }

  /// The name without a unit that stands in brackets behind it, or a currency's sign before or behind it.
  private static func parts(of name: String) -> (name: String, unit: Unit)? {
    Array(name.utf8).withUnsafeBufferPointer { bytes in
      var rest = bytes
      if let last = bytes.last, last == UInt8(ascii: ")") || last == UInt8(ascii: "]"),
        let start = bytes.lastIndex(where: { $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: "[") })
      {
        return unit(bytes.part(start + 1, bytes.count - 1).trimmed).map { (bytes.part(0, start).text, $0) }
      }
      return MoneyCell.takeSign(from: &rest).map { (rest.text, .currency($0)) }
    }
  }

  private static func unit(_ text: UnsafeBufferPointer<UInt8>) -> Unit? {
    if let currency = Currency(inUse: text) { return .currency([currency]) }
    var rest = text
    if let meanings = MoneyCell.takeSign(from: &rest) { return rest.isEmpty ? .currency(meanings) : nil }
    let key = key(text.text)
    if remarks.contains(key) { return .remark }
    // MM-DD-YYYY, dd.mm.yy.
    guard key.count >= 4, Set(key) == ["d", "m", "y"] else { return nil }
    return .dates(key.hasPrefix("m") ? .monthFirst : key.hasPrefix("d") ? .dayFirst : .yearFirst)
  }
}

extension SpecColumn {
  /// Whether the spec itself gives the column such a name.
  fileprivate var isNamedInPerCent: Bool { ([name] + synonyms).contains { $0.contains("%") } }
}
