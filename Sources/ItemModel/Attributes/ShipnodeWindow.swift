internal import JSONCodec

/// A ship node's cost for a span of days, both inclusive; absent means open.
struct ShipnodeWindow {
  let shipnode: [UInt8]
  let start: CalendarDate?
  let end: CalendarDate?
  /// The entry's JSON; nil removes the window that begins on the same day.
  let json: [UInt8]?
  /// Whether the change brought it, rather than the store.
  let isNew: Bool
  /// The place in the change, for messages.
  let index: Int

  /// Shipnode bytewise, then start, open first.
  func precedes(_ other: ShipnodeWindow) -> Bool {
    if shipnode != other.shipnode { return shipnode.lexicographicallyPrecedes(other.shipnode) }
    return startOrdinal < other.startOrdinal
  }

  func hasSameKey(as other: ShipnodeWindow) -> Bool {
    shipnode == other.shipnode && startOrdinal == other.startOrdinal
  }

  /// Whether `other` means the same window, however its amount is written.
  func says(_ other: ShipnodeWindow) -> Bool {
    guard let json, let others = other.json else { return json == nil && other.json == nil && end == other.end }
    return end == other.end && (json == others || (try? JSONDocument(json).root.means(others)) == true)
  }

  var startOrdinal: Int32 { start?.ordinal ?? 0 }
  var endOrdinal: Int32 { end?.ordinal ?? Int32.max }

  /// `1234589 from 2019-04-11 to 2019-04-21`.
  var text: String {
    "\(String(decoding: shipnode, as: UTF8.self)) from \(start?.text ?? "ever") to \(end?.text ?? "open")"
  }

  /// A window as it was stored: valid, since it was checked when it came.
  init?(stored value: JSONValue) {
    guard let shipnode = value["shipnodeId"]?.string else { return nil }
    self.shipnode = Array(shipnode.utf8)
    start = value["startDate"]?.date
    end = value["endDate"]?.date
    json = Array(value.rawBytes)
    isNew = false
    index = 0
  }

  /// A window of a change, checked and written in the stored form.
  init(change value: JSONValue, index: Int) throws(DataError) {
    let field = "cost.shipnodes[\(index)]"
    guard value.kind == .object else {
      throw DataError(
        code: "invalid_window", field: field, value: value.excerpt, description: "A ship node's window is an object.")
    }
    guard let shipnode = value["shipnodeId"]?.string, (1...128).contains(shipnode.unicodeScalars.count) else {
      throw DataError(
        code: "missing_shipnode", field: "\(field).shipnodeId", value: value["shipnodeId"]?.excerpt ?? "",
        description: "A window names its ship node, a text of 1 to 128 characters.")
    }
    self.shipnode = Array(shipnode.utf8)
    start = try ShipnodeWindow.date(value["startDate"], field: "\(field).startDate")
    end = try ShipnodeWindow.date(value["endDate"], field: "\(field).endDate")
    if let start, let end, end < start {
      throw DataError(
        code: "window_reversed", field: field, value: "\(start.text) to \(end.text)",
        description: "The window ends before it starts.", hint: "Swap the dates.")
    }
    json = try ShipnodeWindow.normalised(value, field: field)
    isNew = true
    self.index = index
  }

  private static func date(_ value: JSONValue?, field: String) throws(DataError) -> CalendarDate? {
    guard let value, !value.isNull else { return nil }
    guard let date = value.date else {
      throw DataError(
        code: "invalid_date", field: field, value: value.excerpt, description: "This is not a date.",
        hint: "Write it as 2019-04-11.")
    }
    return date
  }

  /// The entry with its money normalised and its known members first; nil when it removes the window.
  private static func normalised(_ value: JSONValue, field: String) throws(DataError) -> [UInt8]? {
    guard let cost = value["unitCost"] else {
      throw DataError(
        code: "missing_unit_cost", field: "\(field).unitCost", description: "The window has no unit cost.",
        hint: "To remove a window, send its unitCost as null.")
    }
    if cost.isNull { return nil }
    var money: [UInt8] = []
    do {
      try Money(cost).append(to: &money)
    } catch {
      throw .money(error, field: "\(field).unitCost", value: cost.excerpt)
    }
    var writer = JSONWriter()
    writer.beginObject()
    for name in ["shipnodeId", "unitCost", "othersMayChange", "startDate", "endDate"] {
      guard let member = value[name], !member.isNull else { continue }
      writer.name(name)
      if name == "unitCost" { writer.raw(money) } else { writer.value(member) }
    }
    for member in value.members where !known.contains(member.name) && !member.value.isNull {
      writer.name(member.name)
      writer.value(member.value)
    }
    writer.endObject()
    return writer.bytes
  }

  private static let known: Set<String> = ["shipnodeId", "unitCost", "othersMayChange", "startDate", "endDate"]
}

extension JSONValue {
  /// The date that a string holds, `2019-04-11`.
  var date: CalendarDate? { (withUnescapedUTF8 { CalendarDate(iso: $0) }) ?? nil }
}
