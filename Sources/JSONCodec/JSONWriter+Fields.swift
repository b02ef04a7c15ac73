/// Members in one call; a nil value leaves the member out.
extension JSONWriter {
  public mutating func field(_ name: String, _ value: String?) {
    guard let value else { return }
    self.name(name)
    string(value)
  }

  public mutating func field(_ name: String, _ value: Int64?) {
    guard let value else { return }
    self.name(name)
    int(value)
  }

  public mutating func field(_ name: String, _ value: Bool?) {
    guard let value else { return }
    self.name(name)
    bool(value)
  }

  public mutating func field(_ name: String, _ value: JSONValue?) {
    guard let value else { return }
    self.name(name)
    self.value(value)
  }
}
