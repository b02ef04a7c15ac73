public import Arguments

/// A key of the configuration: its name and its type, so that no wrong type can be read.
///
/// ```swift
/// static let port = SettingKey("http.port", .int(1...65_535), default: 8080, documentation: "…")
/// settings[Keys.port]
/// ```
public struct SettingKey<Value: Sendable>: Sendable {
  public let declaration: SettingDeclaration
  /// The value of what was given, if anything was.
  let value: @Sendable ((any Sendable)?) -> Value

  public var name: String { declaration.name }

  /// A key with a value of its own when it is not given.
  /// - Parameters:
  ///   - unit: what the number counts, where the kind does not say it.
  public init(
    _ name: String, _ kind: ValueKind<Value>, default value: Value, unit: String? = nil, documentation: String
  ) {
    declaration = SettingDeclaration(name, kind, default: kind.format(value), unit: unit, documentation: documentation)
    self.value = { $0 as? Value ?? value }
  }

  /// A key whose value is nil when it is not given.
  public init<Wrapped>(_ name: String, _ kind: ValueKind<Wrapped>, unit: String? = nil, documentation: String)
  where Value == Wrapped? {
    declaration = SettingDeclaration(name, kind, default: nil, unit: unit, documentation: documentation)
    value = { $0 as? Wrapped }
  }
}

/// Keys that share a prefix and are not known one by one, such as `kafka.properties.*`.
public struct SettingPrefix<Value: Sendable>: Sendable {
  public let declaration: SettingDeclaration

  /// - Parameter name: ends with `.*`.
  public init(_ name: String, _ kind: ValueKind<Value>, documentation: String) {
    precondition(name.hasSuffix(".*"), "a prefix ends with .*: \(name)")
    declaration = SettingDeclaration(name, kind, default: nil, unit: nil, documentation: documentation)
  }
}
