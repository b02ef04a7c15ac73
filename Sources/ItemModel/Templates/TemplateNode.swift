internal import JSONCodec

/// A compiled template.
indirect enum TemplateNode: Sendable {
  /// JSON that is the same for every item.
  case literal([UInt8])
  /// A placeholder that is the whole string: the JSON value itself.
  case value(Placeholder)
  /// A string with placeholders inside it.
  case text([TextPart])
  /// Members with their names as JSON, colon included.
  case object([(name: [UInt8], value: TemplateNode)])
  case list([TemplateNode])
  /// The body once for each entry of a list; with `lastOf`, once for the last of those with an equal member of that name.
  case each(AttributeGroup, [String], lastOf: String?, TemplateNode)

  enum TextPart: Sendable {
    case literal([UInt8])
    case placeholder(Placeholder)
  }
}

extension TemplateNode {
  /// Compiles `source`; where it is wrong, says so in `mistakes` and goes on.
  init(_ source: TemplateSource, in scope: TemplateScope, mistakes: inout [TemplateMistake]) {
    switch source {
    case .scalar(let text, let isQuoted, let location):
      do {
        self = try TemplateNode.scalar(text, isQuoted: isQuoted, in: scope, at: location)
      } catch {
        mistakes.append(error)
        self = .literal([])
      }
    case .list(let elements, _):
      self = .list(elements.map { TemplateNode($0, in: scope, mistakes: &mistakes) })
    case .mapping(let members, let location):
      self =
        members.contains { $0.name == "each" }
        ? TemplateNode.each(members, in: scope, at: location, mistakes: &mistakes)
        : .object(
          members.map { (jsonString($0.name) + [0x3A], TemplateNode($0.value, in: scope, mistakes: &mistakes)) })
    }
  }

  private static func each(
    _ members: [(name: String, location: SourceLocation, value: TemplateSource)], in scope: TemplateScope,
    at location: SourceLocation, mistakes: inout [TemplateMistake]
  ) -> TemplateNode {
    var (list, lastOf, body): ((group: AttributeGroup, path: [String])?, String?, TemplateNode?) = (nil, nil, nil)
    for member in members {
      switch (member.name, member.value) {
      case ("each", .scalar(let text, _, let place)):
        let names = text.split(separator: ".").map(String.init)
        if let first = names.first, let group = AttributeGroup(name: first), names.count > 1 {
          list = (group, Array(names.dropFirst()))
        } else {
          mistakes.append(TemplateMistake(place, "“\(text)” is no list of the item: write each: cost.shipnodes"))
        }
      case ("lastOf", .scalar(let text, _, _)): lastOf = text
      case ("as", let source):
        var inner = scope
        inner.isInsideEach = true
        body = TemplateNode(source, in: inner, mistakes: &mistakes)
      default:
        mistakes.append(
          TemplateMistake(
            member.location, "“\(member.name)” does not belong here: a list has each, as and lastOf"))
      }
    }
    if body == nil {
      mistakes.append(
        TemplateMistake(location, "a list needs both each (which list) and as (what each entry becomes)"))
    }
    guard let list, let body else { return .literal([]) }
    return .each(list.group, list.path, lastOf: lastOf, body)
  }

  private static func scalar(
    _ text: String, isQuoted: Bool, in scope: TemplateScope, at location: SourceLocation
  ) throws(TemplateMistake) -> TemplateNode {
    if !isQuoted, let document = try? JSONDocument(text), document.root.kind.rawValue <= JSONKind.number.rawValue {
      return .literal(Array(text.utf8))
    }
    let parts = try parts(of: text, in: scope, at: location)
    switch parts.first {
    case .some(.placeholder(let placeholder)) where parts.count == 1: return .value(placeholder)
    case .some(.literal(let bytes)) where parts.count == 1: return .literal([0x22] + bytes + [0x22])
    case .none: return .literal([0x22, 0x22])
    default: return .text(parts)
    }
  }

  /// Splits at placeholders; literal parts are escaped for a JSON string.
  private static func parts(
    of text: String, in scope: TemplateScope, at location: SourceLocation
  ) throws(TemplateMistake) -> [TextPart] {
    var (parts, literal): ([TextPart], String) = ([], "")
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      literal += rest[..<open]
      rest = rest[rest.index(after: open)...]
      if rest.first == "{" {
        literal += "{"
        rest = rest.dropFirst()
        continue
      }
      guard let close = rest.firstIndex(of: "}") else {
        throw TemplateMistake(location, "“\(text)”: a placeholder is not closed; a brace itself is written {{")
      }
      if !literal.isEmpty { parts.append(.literal(Array(jsonString(literal).dropFirst().dropLast()))) }
      literal = ""
      parts.append(.placeholder(try scope.placeholder(rest[..<close], at: location)))
      rest = rest[rest.index(after: close)...]
    }
    literal += rest
    if !literal.isEmpty { parts.append(.literal(Array(jsonString(literal).dropFirst().dropLast()))) }
    return parts
  }

}

private func jsonString(_ text: String) -> [UInt8] {
  var writer = JSONWriter()
  writer.string(text)
  return writer.bytes
}
