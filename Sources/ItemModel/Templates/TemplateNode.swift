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
  /// Compiles `source`, or says where it is wrong.
  init(_ source: TemplateSource, in scope: TemplateScope) throws(TemplateMistake) {
    switch source {
    case .scalar(let text, let isQuoted, let location):
      self = try TemplateNode.scalar(text, isQuoted: isQuoted, in: scope, at: location)
    case .list(let elements, _):
      var nodes: [TemplateNode] = []
      for element in elements { nodes.append(try TemplateNode(element, in: scope)) }
      self = .list(nodes)
    case .mapping(let members, let location):
      self =
        members.contains { $0.name == "each" }
        ? try TemplateNode.each(members, in: scope, at: location) : try TemplateNode.object(members, in: scope)
    }
  }

  private static func object(
    _ members: [(name: String, location: SourceLocation, value: TemplateSource)], in scope: TemplateScope
  ) throws(TemplateMistake) -> TemplateNode {
    var compiled: [(name: [UInt8], value: TemplateNode)] = []
    for member in members {
      compiled.append((jsonString(member.name) + [0x3A], try TemplateNode(member.value, in: scope)))
    }
    return .object(compiled)
  }

  private static func each(
    _ members: [(name: String, location: SourceLocation, value: TemplateSource)], in scope: TemplateScope,
    at location: SourceLocation
  ) throws(TemplateMistake) -> TemplateNode {
    var (path, lastOf, body): (([String], AttributeGroup)?, String?, TemplateNode?) = (nil, nil, nil)
    for member in members {
      switch (member.name, member.value) {
      case ("each", .scalar(let text, _, let place)):
        let names = text.split(separator: ".").map(String.init)
        guard let first = names.first, let group = AttributeGroup(name: first), names.count > 1 else {
          throw TemplateMistake(place, "“\(text)” is no list of the item: write each: cost.shipnodes")
        }
        path = (Array(names.dropFirst()), group)
      case ("lastOf", .scalar(let text, _, _)): lastOf = text
      case ("as", let source):
        var inner = scope
        inner.isInsideEach = true
        body = try TemplateNode(source, in: inner)
      default:
        throw TemplateMistake(member.location, "“\(member.name)” does not belong here: a list has each, as and lastOf")
      }
    }
    guard let path, let body else {
      throw TemplateMistake(location, "a list needs both each (which list) and as (what each entry becomes)")
    }
    return .each(path.1, path.0, lastOf: lastOf, body)
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

  private static func jsonString(_ text: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.string(text)
    return writer.bytes
  }
}
