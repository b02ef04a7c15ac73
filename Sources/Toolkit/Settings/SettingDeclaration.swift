internal import Arguments

/// A key without the type of its value, for the table of keys.
public struct SettingDeclaration: Sendable {
  public let name: String
  /// What a right value is: `a whole number from 1 to 65535`.
  public let expectation: String
  public let choices: [String]
  /// The default as text, nil when there is none.
  public let defaultText: String?
  public let unit: String?
  public let documentation: String
  public let isSecret: Bool
  let parse: @Sendable (String) -> (any Sendable)?
  /// The text of a value that `parse` gave.
  let format: @Sendable (any Sendable) -> String

  init<Value>(
    _ name: String, _ kind: ValueKind<Value>, default defaultText: String?, unit: String?, documentation: String
  ) {
    self.name = name
    expectation = kind.expectation
    choices = kind.choices
    self.defaultText = defaultText
    self.unit = unit
    self.documentation = documentation
    isSecret = Value.self == Secret.self
    parse = { kind.parse($0) }
    format = { ($0 as? Value).map(kind.format) ?? "" }
  }

  /// For `a.*`, the `a.` with which its keys begin.
  var prefix: String? { name.hasSuffix(".*") ? String(name.dropLast()) : nil }
}
