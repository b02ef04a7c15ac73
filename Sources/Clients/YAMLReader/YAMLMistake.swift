/// One mistake in a YAML file: where it is, what it is, and what would be right.
public struct YAMLMistake: Sendable, Hashable, CustomStringConvertible {
  public let location: YAMLLocation
  public let what: String
  public let hint: String?

  public init(_ location: YAMLLocation, _ what: String, hint: String? = nil) {
    self.location = location
    self.what = what
    self.hint = hint
  }

  /// `file:line:column: what; hint`
  public var description: String {
    "\(location): \(what)" + (hint.map { "; \($0)" } ?? "")
  }
}
