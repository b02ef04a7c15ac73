public import Crypto
public import JSONCodec

/// A system's snippet, as a pattern over an item and its look-ups.
public struct Template: Sendable {
  private let root: TemplateNode
  /// The groups that it reads.
  public let reads: AttributeGroups
  /// The look-ups that it reads, by their place in the systems file.
  public let lookups: [Int]
  /// Of the template as written: another template gives another wanted digest for the same item.
  public let digest: Digest

  /// Compiles `source`. `lookups` are the names that `{lookup.NAME.…}` may use.
  /// - Throws: all mistakes at once.
  public init(_ source: TemplateSource, lookups names: [String]) throws(TemplateMistakes) {
    var mistakes: [TemplateMistake] = []
    root = TemplateNode(source, in: TemplateScope(lookups: names), mistakes: &mistakes)
    guard mistakes.isEmpty else { throw TemplateMistakes(mistakes: mistakes) }
    var survey = TemplateSurvey()
    survey.visit(root)
    reads = survey.groups
    lookups = survey.lookups.sorted()
    var bytes: [UInt8] = []
    source.appendFingerprint(to: &bytes)
    digest = Digest(sha256: bytes)
  }

  /// Renders the snippet as JSON.
  /// - Throws: `TemplateError` with the path of what is missing.
  public func render(_ item: TemplateItem, lookups: [Int: JSONValue]) throws(TemplateError) -> [UInt8] {
    var renderer = TemplateRenderer(item: item, lookups: lookups, isCanonical: false)
    _ = try renderer.render(root)
    return renderer.bytes
  }

  /// Bytes that are equal if, and only if, the snippet means the same, looked-up values and the version left out.
  /// - Throws: `TemplateError` when the item lacks what the template requires.
  func appendCanonical(_ item: TemplateItem, to bytes: inout [UInt8]) throws(TemplateError) {
    var renderer = TemplateRenderer(item: item, lookups: [:], isCanonical: true)
    _ = try renderer.render(root)
    bytes.append(contentsOf: renderer.bytes)
  }
}

/// The item that a template is rendered for.
public struct TemplateItem: Sendable {
  public let key: ItemKey
  /// The GTIN as submitted.
  public let gtin: String
  public let version: Int64
  public let attributes: Attributes

  public init(key: ItemKey, gtin: String, version: Int64, attributes: Attributes) {
    self.key = key
    self.gtin = gtin
    self.version = version
    self.attributes = attributes
  }
}

/// What a template needs and does not find.
public enum TemplateError: Error, Equatable, Sendable {
  /// The item lacks it: the merchant's matter.
  case missingAttribute(String)
  /// A look-up's answer lacks it: ours.
  case missingLookup(String)
}

/// Collects what a template reads.
private struct TemplateSurvey {
  var groups: AttributeGroups = []
  var lookups: Set<Int> = []

  mutating func visit(_ node: TemplateNode) {
    switch node {
    case .literal: break
    case .value(let placeholder): visit(placeholder.reference)
    case .text(let parts):
      for case .placeholder(let placeholder) in parts { visit(placeholder.reference) }
    case .object(let members): for member in members { visit(member.value) }
    case .list(let nodes): for node in nodes { visit(node) }
    case .each(let group, _, _, let body):
      groups.formUnion(AttributeGroups(group))
      visit(body)
    }
  }

  private mutating func visit(_ reference: TemplateReference) {
    switch reference {
    case .gtin, .gtin14, .merchantID, .version: break
    case .attribute(let group, _): groups.formUnion(AttributeGroups(group))
    case .entry(_, let otherwise): if let otherwise { visit(otherwise) }
    case .lookup(let number, _, let index):
      lookups.insert(number)
      if let index { visit(index) }
    }
  }
}

extension TemplateSource {
  fileprivate func appendFingerprint(to bytes: inout [UInt8]) {
    switch self {
    case .scalar(let text, let isQuoted, _):
      bytes.append(isQuoted ? 0x22 : 0x27)
      bytes.append(contentsOf: text.utf8)
      bytes.append(0)
    case .list(let elements, _):
      bytes.append(0x5B)
      for element in elements { element.appendFingerprint(to: &bytes) }
      bytes.append(0x5D)
    case .mapping(let members, _):
      bytes.append(0x7B)
      for member in members {
        bytes.append(contentsOf: member.name.utf8)
        bytes.append(0)
        member.value.appendFingerprint(to: &bytes)
      }
      bytes.append(0x7D)
    }
  }
}
