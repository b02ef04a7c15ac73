extension YAMLNode {
  /// A time span: a whole number and its unit (`250ms`, `2s`, `30m`, `24h`, `20d`), or a plain `0`.
  public func duration() throws(YAMLError) -> Duration {
    let units = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
    let (number, unit) = try quantity("a time span", hint: "write it as 250ms, 2s, 30m, 24h or 20d")
    if number == 0, unit.isEmpty { return .zero }
    guard let scale = units[unit] else {
      let what = unit.isEmpty ? "\(summary) has no unit" : "the unit “\(unit)” is not known"
      throw error(what, hint: "write ms, s, m, h or d after the number")
    }
    return .milliseconds(try scaled(number, by: scale))
  }

  /// A number of bytes: plain, or with a unit (`64KiB`, `16MiB`, `1GiB`).
  public func byteSize() throws(YAMLError) -> Int {
    let units = ["": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40]
    let (number, unit) = try quantity("a size", hint: "write it as 64KiB, 16MiB or a plain number of bytes")
    guard let scale = units[unit] else {
      throw error(
        "the unit “\(unit)” is not known", hint: "write KiB, MiB or GiB after the number, or nothing for bytes")
    }
    return try scaled(number, by: scale)
  }

  private func quantity(_ name: String, hint: String) throws(YAMLError) -> (number: Int, unit: String) {
    guard let text else { throw error("expected \(name), found \(summary)", hint: hint) }
    let digits = text.prefix { ("0"..."9").contains($0) }
    let unit = text.dropFirst(digits.count)
    guard !digits.isEmpty, unit.allSatisfy(\.isLetter) else {
      throw error("expected \(name), found \(summary)", hint: hint)
    }
    guard let number = Int(digits) else { throw error("\(summary) is too large") }
    return (number, String(unit))
  }

  private func scaled(_ number: Int, by scale: Int) throws(YAMLError) -> Int {
    let (value, overflow) = number.multipliedReportingOverflow(by: scale)
    guard !overflow else { throw error("\(summary) is too large") }
    return value
  }
}
