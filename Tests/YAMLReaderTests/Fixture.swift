import Testing
import YAMLReader

func parse(_ text: String, _ change: (inout YAMLLimits) -> Void = { _ in }) throws(YAMLError) -> YAMLNode {
  var limits = YAMLLimits()
  change(&limits)
  return try YAMLDocument.parse(Array(text.utf8), file: "a.yaml", limits: limits)
}

/// What the mistakes say, a line each.
func mistakes(_ body: () throws -> some Any) -> String? {
  do {
    _ = try body()
    return nil
  } catch { return String(describing: error) }
}

/// A node as short text: scalars bare or in quotes, lists in brackets, mappings in braces.
func outline(_ node: YAMLNode) -> String {
  switch node.kind {
  case .scalar(let text, let quoted): quoted ? "'\(text)'" : text
  case .sequence(let elements): "[" + elements.map(outline).joined(separator: " ") + "]"
  case .mapping(let members):
    "{" + members.map { "\(outline($0.key)):\(outline($0.value))" }.joined(separator: " ") + "}"
  }
}
