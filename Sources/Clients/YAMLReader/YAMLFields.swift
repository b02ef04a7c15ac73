internal import Spelling

/// Reads a mapping whose keys are all known: what nobody asked for is a mistake.
public struct YAMLFields: Sendable {
  /// The mapping.
  public let node: YAMLNode
  private let members: [String: (key: YAMLNode, value: YAMLNode)]
  private var known: [String] = []

  public init(_ node: YAMLNode) throws(YAMLError) {
    self.node = node
    members = Dictionary(try node.mapping().map { ($0.key.text ?? "", $0) }) { first, _ in first }
  }

  /// The value of a key, or nil when it is absent.
  public mutating func take(optional key: String) -> YAMLNode? {
    known.append(key)
    return members[key]?.value
  }

  /// The value of a key that must be there.
  public mutating func require(_ key: String) throws(YAMLError) -> YAMLNode {
    guard let value = take(optional: key) else { return try node.require(key) }
    return value
  }

  /// Throws a mistake for every key that was not asked for.
  public func finish() throws(YAMLError) {
    let asked = Set(known)
    let free = known.filter { members[$0] == nil }
    let unknown = members.filter { !asked.contains($0.key) }.values
      .sorted { ($0.key.location.line, $0.key.location.column) < ($1.key.location.line, $1.key.location.column) }
    var mistakes = YAMLMistakes()
    for member in unknown {
      let key = member.key.text ?? ""
      let hint = Spelling.closest(to: key, in: free).map { "did you mean \($0)?" }
      mistakes.add(
        member.key.location, "unknown key “\(key)”",
        hint: hint ?? "known here: \(asked.sorted().joined(separator: ", "))")
    }
    try mistakes.throwIfAny()
  }
}
