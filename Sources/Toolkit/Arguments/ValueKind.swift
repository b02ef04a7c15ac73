internal import Quantities

/// How a value is written as text, and what is allowed: for arguments of a command and for settings.
public struct ValueKind<Value: Sendable>: Sendable {
  /// What stands for the value in a usage line, such as `N`.
  public let placeholder: String
  /// What is right, as the rest of the sentence "is not …" or "must be …": `a whole number from 1 to 65535`.
  public let expectation: String
  /// The words to choose from, when there are only a few.
  public let choices: [String]
  /// The value of a text; nil when the text is none.
  public let parse: @Sendable (String) -> Value?
  /// The text of a value, which `parse` reads back.
  public let format: @Sendable (Value) -> String

  public init(
    placeholder: String, expectation: String, choices: [String] = [], parse: @escaping @Sendable (String) -> Value?,
    format: @escaping @Sendable (Value) -> String = { "\($0)" }
  ) {
    self.placeholder = placeholder
    self.expectation = expectation
    self.choices = choices
    self.parse = parse
    self.format = format
  }
}

extension ValueKind where Value == String {
  /// Any text.
  public static var string: ValueKind { string("TEXT") }

  /// Any text, shown under a name of its own in the usage.
  public static func string(_ placeholder: String) -> ValueKind {
    ValueKind(placeholder: placeholder, expectation: "a text", parse: { $0 })
  }

  /// A path in the file system, not empty.
  public static var path: ValueKind {
    ValueKind(placeholder: "FILE", expectation: "a path", parse: { $0.isEmpty ? nil : $0 })
  }

  /// One of some words.
  public static func choice(_ words: [String]) -> ValueKind {
    ValueKind(
      placeholder: words.joined(separator: "|"), expectation: "one of \(words.joined(separator: ", "))",
      choices: words, parse: { words.contains($0) ? $0 : nil })
  }
}

extension ValueKind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of an enumeration's cases, by its raw value.
  public static var choice: ValueKind {
    let words = Value.allCases.map(\.rawValue)
    return ValueKind(
      placeholder: words.joined(separator: "|"), expectation: "one of \(words.joined(separator: ", "))",
      choices: words, parse: { Value(rawValue: $0) }, format: { $0.rawValue })
  }
}

extension ValueKind where Value == Bool {
  public static var bool: ValueKind {
    ValueKind(placeholder: "true|false", expectation: "true or false", choices: ["true", "false"]) { Bool($0) }
  }
}

extension ValueKind where Value == Int {
  /// A whole number in a range.
  public static func int(_ range: ClosedRange<Int> = 0...Int.max) -> ValueKind {
    ValueKind(placeholder: "N", expectation: "a whole number\(Self.limits(range) { "\($0)" })") { text in
      Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// A number of bytes, as `512`, `64KiB` or `10MB`.
  public static func size(_ range: ClosedRange<Int> = 0...Int.max) -> ValueKind {
    ValueKind(
      placeholder: "SIZE", expectation: "a size such as 64KiB or 10MB\(Self.limits(range, SizeText.format))",
      parse: { text in SizeText.parse(text).flatMap { range.contains($0) ? $0 : nil } }, format: SizeText.format)
  }

  private static func limits(_ range: ClosedRange<Int>, _ format: (Int) -> String) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (Int.min, Int.max): ""
    case (let low, Int.max): low == 0 ? "" : " from \(format(low))"
    case (let low, let high): " from \(format(low)) to \(format(high))"
    }
  }
}

extension ValueKind where Value == Double {
  /// A number in a range.
  public static func number(_ range: ClosedRange<Double>) -> ValueKind {
    ValueKind(placeholder: "X", expectation: "a number from \(range.lowerBound) to \(range.upperBound)") { text in
      Double(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }
}

extension ValueKind where Value == Duration {
  /// A length of time with its unit, as `500ms`, `30s` or `1h30m`.
  public static func duration(_ range: ClosedRange<Duration> = .zero...(.seconds(Int64.max / 2))) -> ValueKind {
    let isOpen = range.upperBound >= .seconds(Int64.max / 2)
    let low = range.lowerBound == .zero ? "" : " from \(DurationText.format(range.lowerBound))"
    let high = isOpen ? "" : "\(low.isEmpty ? " up" : "") to \(DurationText.format(range.upperBound))"
    return ValueKind(
      placeholder: "TIME", expectation: "a time such as 500ms, 30s or 1h30m\(low)\(high)",
      parse: { text in DurationText.parse(text).flatMap { range.contains($0) ? $0 : nil } },
      format: DurationText.format)
  }
}

extension ValueKind {
  /// Values of one kind, separated by commas; blanks around them do not count. The empty text is the empty list.
  public static func list<Element: Sendable>(of kind: ValueKind<Element>) -> ValueKind where Value == [Element] {
    ValueKind(
      placeholder: "\(kind.placeholder),…",
      expectation: "a list, separated by commas, of values each \(kind.expectation)",
      choices: kind.choices,
      parse: { text in
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingBlanks }
        if parts == [""] { return [] }
        let values = parts.compactMap(kind.parse)
        return values.count == parts.count ? values : nil
      },
      format: { $0.map(kind.format).joined(separator: ",") })
  }
}

extension Substring {
  fileprivate var trimmingBlanks: String {
    var rest = self
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}
