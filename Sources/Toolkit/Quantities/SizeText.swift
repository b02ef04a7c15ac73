/// Numbers of bytes as text: `512`, `64KiB`, `10MB`.
public enum SizeText {
  private static let units: [(name: String, bytes: Int)] = [
    ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("kB", 1_000), ("B", 1), ("", 1),
  ]

  /// Reads a number with a unit, or without one: bytes. Nil when it is something else.
  public static func parse(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let name = text.dropFirst(digits.count)
    guard let unit = units.first(where: { $0.name == name }) else { return nil }
    if let whole = Int(digits) {
      let (bytes, overflow) = whole.multipliedReportingOverflow(by: unit.bytes)
      return overflow ? nil : bytes
    }
    guard unit.bytes > 1, let number = Double(digits), number * Double(unit.bytes) < 9e18 else { return nil }
    return Int((number * Double(unit.bytes)).rounded())
  }

  /// The text in the largest binary unit of which it is a multiple.
  public static func format(_ bytes: Int) -> String {
    for unit in units.prefix(4) where bytes >= unit.bytes && bytes % unit.bytes == 0 {
      return "\(bytes / unit.bytes)\(unit.name)"
    }
    return String(bytes)
  }
}
