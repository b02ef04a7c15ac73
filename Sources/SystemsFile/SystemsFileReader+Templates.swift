internal import ItemModel
internal import YAMLReader

extension SystemsFileReader {
  /// A snippet's template as it was written; nil when a part of it is none.
  mutating func readSource(_ node: YAMLNode) -> TemplateSource? {
    let location = SourceLocation(node.location)
    switch node.kind {
    case .scalar("", quoted: false):
      mistakes.add(node.location, "there is no value here", hint: #"a placeholder is written in quotes: "{gtin}""#)
      return nil
    case .scalar(let text, let quoted): return .scalar(text, isQuoted: quoted, location)
    case .sequence(let nodes):
      let elements = nodes.map { readSource($0) }
      return elements.contains { $0 == nil } ? nil : .list(elements.compactMap { $0 }, location)
    case .mapping(let nodes):
      var members: [(name: String, location: SourceLocation, value: TemplateSource)] = []
      for (key, value) in nodes {
        if let source = readSource(value) { members.append((key.text ?? "", SourceLocation(key.location), source)) }
      }
      return members.count == nodes.count ? .mapping(members, location) : nil
    }
  }
}
