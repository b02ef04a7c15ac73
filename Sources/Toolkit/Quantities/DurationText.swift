/// Lengths of time as text: `1h30m`, `2.5s`, `500ms`.
public enum DurationText {
  /// Why a text is no length of time.
  public enum Problem: Error, Equatable {
    case malformed
    /// A number's unit is none, or missing where it is empty.
    case unit(String)
    case tooLarge
  }

  private static let units: [(name: String, nanoseconds: Int64)] = [
    ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
    ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
  ]

  /// Reads numbers that each have a unit. `0` needs no unit.
  public static func read(_ text: String) throws(Problem) -> Duration {
    if text == "0" { return .zero }
    guard !text.isEmpty else { throw .malformed }
    var rest = Substring(text)
    var total = Duration.zero
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(name.count)
      guard let number = Double(digits), !name.isEmpty || rest.isEmpty else { throw .malformed }
      guard let unit = units.first(where: { $0.name == name }) else { throw .unit(String(name)) }
      if let whole = Int64(digits) {
        let (nanoseconds, overflow) = whole.multipliedReportingOverflow(by: unit.nanoseconds)
        guard !overflow else { throw .tooLarge }
        total += .nanoseconds(nanoseconds)
      } else {
        guard number * Double(unit.nanoseconds) < 9e18 else { throw .tooLarge }
        total += .nanoseconds(Int64((number * Double(unit.nanoseconds)).rounded()))
      }
    }
    return total
  }

  /// The same; nil when the text is something else.
  public static func parse(_ text: String) -> Duration? { try? read(text) }

  /// The shortest text without fractions, to the nanosecond.
  public static func format(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    guard seconds < 9_000_000_000, seconds >= 0 else { return "\(duration)" }
    var left = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    var text = ""
    for unit in units where left >= unit.nanoseconds {
      text += "\(left / unit.nanoseconds)\(unit.name)"
      left %= unit.nanoseconds
    }
    return text.isEmpty ? "0s" : text
  }
}
