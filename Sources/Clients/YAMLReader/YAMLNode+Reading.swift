internal import Spelling

/// Readers that say exactly what is wrong, and where.
extension YAMLNode {
  /// Text; also what looks like a number, but not nothing (which `""` is not).
  public func string() throws(YAMLError) -> String {
    guard let text, !isNull else { throw error("expected text, found \(summary)") }
    return text
  }

  /// A whole number in decimal digits.
  public func int(in range: ClosedRange<Int> = Int.min...Int.max) throws(YAMLError) -> Int {
    guard let text, let value = Int(text), !text.hasPrefix("+") else {
      throw error("expected a whole number, found \(summary)")
    }
    guard range.contains(value) else {
      throw error("\(value) is out of range", hint: "it must be \(Self.describe(range))")
    }
    return value
  }

  /// A decimal number.
  public func number(in range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)
    throws(YAMLError) -> Double
  {
    guard let text, let value = Double(text), value.isFinite, text.allSatisfy({ "0123456789.-eE".contains($0) }) else {
      throw error("expected a number, found \(summary)")
    }
    guard range.contains(value) else {
      throw error("\(text) is out of range", hint: "it must be from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// `true` or `false`, and nothing else.
  public func bool() throws(YAMLError) -> Bool {
    switch text {
    case "true": return true
    case "false": return false
    default:
      let meant = ["yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"]
      let word = text?.lowercased() ?? ""
      let right = meant[word] ?? (["true", "false"].contains(word) ? word : nil)
      throw error("expected true or false, found \(summary)", hint: right.map { "write \($0)" })
    }
  }

  public func list() throws(YAMLError) -> [YAMLNode] {
    guard case .sequence(let elements) = kind else {
      throw error(
        "expected a list, found \(summary)", hint: text.map { isNull ? "[] is the empty list" : "write [\($0)]" })
    }
    return elements
  }

  public func mapping() throws(YAMLError) -> [(key: YAMLNode, value: YAMLNode)] {
    guard case .mapping(let members) = kind else {
      throw error("expected a mapping (key: value), found \(summary)")
    }
    return members
  }

  /// One of these words.
  public func oneOf(_ choices: [String]) throws(YAMLError) -> String {
    guard let text, choices.contains(text) else {
      let meant = text.flatMap { Spelling.closest(to: $0, in: choices) }
      let hint = meant.map { "did you mean \($0)?" } ?? "it must be one of \(choices.joined(separator: ", "))"
      throw error("\(summary) is not known here", hint: hint)
    }
    return text
  }

  /// One of an enumeration's raw values.
  public func oneOf<Choice: CaseIterable & RawRepresentable<String>>(
    _ type: Choice.Type
  ) throws(YAMLError) -> Choice {
    let text = try oneOf(Choice.allCases.map(\.rawValue))
    guard let choice = Choice(rawValue: text) else { throw error("\(summary) is not known here") }
    return choice
  }

  /// The value of a key that must be there.
  public func require(_ key: String) throws(YAMLError) -> YAMLNode {
    let members = try mapping()
    if let value = self[key] { return value }
    let meant = Spelling.closest(to: key, in: members.compactMap(\.key.text))
    throw error("the key “\(key)” is missing", hint: meant.map { "is “\($0)” meant to be it?" })
  }

  private static func describe(_ range: ClosedRange<Int>) -> String {
    if range.upperBound == .max { return "at least \(range.lowerBound)" }
    if range.lowerBound == .min { return "at most \(range.upperBound)" }
    return "from \(range.lowerBound) to \(range.upperBound)"
  }
}
