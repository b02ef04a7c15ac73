/// One server-sent event.
public struct HTTPServerEvent: Sendable, Equatable {
  /// The event's name; browsers take none as `message`.
  public var event: String?
  /// The payload; line breaks are allowed.
  public var data: String
  /// What the client names in `Last-Event-ID` when it connects again.
  public var id: String?

  public init(event: String? = nil, data: String, id: String? = nil) {
    self.event = event
    self.data = data
    self.id = id
  }

  /// The event on the wire, or nil when its name or id holds a line break.
  var encoded: String? {
    var text = ""
    for (field, value) in [("event", event), ("id", id)] {
      guard let value else { continue }
      guard !value.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D || $0 == 0 }) else { return nil }
      text += "\(field): \(value)\n"
    }
    for line in data.split(omittingEmptySubsequences: false, whereSeparator: breaksLine) { text += "data: \(line)\n" }
    return text + "\n"
  }
  /// What ends a line in an event stream; Unicode's other separators belong to the text.
  private func breaksLine(_ character: Character) -> Bool {
    character == "\n" || character == "\r" || character == "\r\n"
  }
}
