/// A value of a YAML file, and where it stands. Scalars are text: what reads them says which type they should have.
public struct YAMLNode: Sendable {
  public enum Kind: Sendable {
    case scalar(String, quoted: Bool)
    case sequence([YAMLNode])
    /// Members in the order of the file; keys are scalars, and no two are equal.
    case mapping([(key: YAMLNode, value: YAMLNode)])
  }

  public let kind: Kind
  public let location: YAMLLocation

  public init(_ kind: Kind, at location: YAMLLocation) {
    self.kind = kind
    self.location = location
  }

  /// A scalar's text, quoted or not; nil for sequences and mappings.
  public var text: String? {
    if case .scalar(let text, _) = kind { text } else { nil }
  }

  /// Nothing at all, `~` or `null`, without quotes.
  public var isNull: Bool {
    guard case .scalar(let text, quoted: false) = kind else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// The value of a mapping's key; nil when it is absent, and for other kinds.
  public subscript(_ key: String) -> YAMLNode? {
    guard case .mapping(let members) = kind else { return nil }
    return members.first { $0.key.text == key }?.value
  }

  /// A mistake at this place, to throw.
  public func error(_ what: String, hint: String? = nil) -> YAMLError {
    YAMLError(YAMLMistake(location, what, hint: hint))
  }

  /// What stands here, for messages.
  var summary: String {
    switch kind {
    case .scalar where isNull: "nothing"
    case .scalar(let text, _): text.count <= 60 ? "“\(text)”" : "“\(text.prefix(60))…”"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}
