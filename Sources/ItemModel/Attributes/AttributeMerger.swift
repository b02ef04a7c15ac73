internal import JSONCodec

/// Merges one change into one item, group by group, collecting every mistake.
struct AttributeMerger {
  let limits: ItemLimits
  var errors: [DataError] = []
  var notes: [DataError] = []

  init(limits: ItemLimits) { self.limits = limits }

  /// The group's new JSON, or nil when the change leaves it as it is (or is wrong: see `errors`).
  mutating func merge(_ group: AttributeGroup, stored: JSONValue?, change: JSONValue) -> [UInt8]? {
    guard change.kind == .object else {
      errors.append(
        DataError(
          code: "invalid_group", field: group.name, value: change.excerpt,
          description: "A group is an object of attributes.", hint: "To remove an attribute, set it to null."))
      return nil
    }
    var updates: [String: [UInt8]?] = [:]
    for member in change.members {
      let name = member.name
      let path = AttributePath(group: group, name: name)
      guard let update = update(of: path, stored: stored?[name], value: member.value) else { continue }
      updates[name] = update
    }
    guard !updates.isEmpty else { return nil }
    return write(stored: stored, change: change, updates: updates)
  }

  /// The attribute's new JSON, `.some(nil)` to remove it, nil to leave it.
  private mutating func update(of path: AttributePath, stored: JSONValue?, value: JSONValue) -> [UInt8]?? {
    if path == .shipnodes, !value.isNull { return mergeWindows(stored: stored, value: value) }
    if value.isNull { return stored == nil ? nil : .some(nil) }
    let bytes: [UInt8]
    if AttributePath.money.contains(path) {
      guard let money = money(value, field: path.description) else { return nil }
      bytes = money
    } else {
      bytes = Array(value.rawBytes)
    }
    if let stored, stored.means(bytes) { return nil }
    return .some(bytes)
  }

  private mutating func mergeWindows(stored: JSONValue?, value: JSONValue) -> [UInt8]?? {
    var merge = WindowMerge(limits: limits)
    let merged = merge.merge(stored: stored, change: value)
    errors += merge.errors
    notes += merge.notes
    guard merge.errors.isEmpty, let merged else { return nil }
    if let stored, stored.means(merged) { return nil }
    return .some(merged)
  }

  private mutating func money(_ value: JSONValue, field: String) -> [UInt8]? {
    do {
      var bytes: [UInt8] = []
      try Money(value).append(to: &bytes)
      return bytes
    } catch {
      errors.append(.money(error, field: field, value: value.excerpt))
      return nil
    }
  }

  /// Stored attributes keep their place; new ones follow in the order of the change.
  private func write(stored: JSONValue?, change: JSONValue, updates: [String: [UInt8]?]) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    if let stored {
      for member in stored.members {
        let name = member.name
        switch updates[name] {
        case .none:
          writer.name(name)
          writer.value(member.value)
        case .some(.some(let bytes)):
          writer.name(name)
          writer.raw(bytes)
        case .some(.none): break
        }
      }
    }
    for name in change.members.map(\.name) where stored?[name] == nil {
      guard case .some(.some(let bytes)) = updates[name] else { continue }
      writer.name(name)
      writer.raw(bytes)
    }
    writer.endObject()
    return writer.bytes
  }
}

extension AttributePath {
  /// The collection that merges window by window.
  static let shipnodes = AttributePath(group: .cost, name: "shipnodes")

  /// Attributes that are money.
  static let money: Set<AttributePath> = [
    AttributePath(group: .pricing, name: "price"), AttributePath(group: .shipping, name: "cost"),
    AttributePath(group: .logistics, name: "cost"),
  ]
}

extension JSONValue {
  /// Whether `bytes`, a JSON value, mean the same as this one.
  func means(_ bytes: [UInt8]) -> Bool {
    if rawBytes.elementsEqual(bytes) { return true }
    guard let other = try? JSONDocument(bytes) else { return false }
    var (mine, others): ([UInt8], [UInt8]) = ([], [])
    appendCanonical(to: &mine)
    other.root.appendCanonical(to: &others)
    return mine == others
  }

  /// The value's text, for messages.
  var excerpt: String { String(decoding: rawBytes.prefix(200), as: UTF8.self) }
}

extension DataError {
  /// Why `value`, which stands in `field`, is no money.
  public static func money(_ error: MoneyError, field: String, value: String) -> DataError {
    switch error {
    case .amount(.tooPrecise):
      DataError(
        code: "too_precise", field: field, value: value,
        description: "An amount has at most six digits behind the point.", hint: "Round it.")
    case .amount(.outOfRange):
      DataError(code: "out_of_range", field: field, value: value, description: "The amount is too large.")
    case .invalidCurrency(let unit):
      DataError(
        code: "invalid_currency", field: field, value: unit,
        description: "A currency is three capital letters (ISO 4217).", hint: "For example USD.")
    case .notMoney, .amount(.notANumber):
      DataError(
        code: "invalid_money", field: field, value: value, description: "This is not an amount of money.",
        hint: #"Write {"currencyAmount":39.88,"currencyUnit":"USD"}."#)
    }
  }
}
