internal import Arguments
internal import YAMLReader

/// A value as it was written, before it is checked.
struct RawSetting {
  let key: String
  let text: String
  let origin: SettingOrigin
}

/// Turns the sources into raw settings, noting what cannot be one.
struct SettingsSources {
  let table: SettingTable
  private(set) var found: [RawSetting] = []
  private(set) var mistakes: [SettingsError.Mistake] = []

  init(table: SettingTable) { self.table = table }

  /// Nested maps and dotted names mean the same.
  mutating func read(file bytes: [UInt8], name: String) {
    do throws(YAMLError) {
      let root = try YAMLDocument.parse(bytes, file: name)
      if !root.isNull { flatten(try root.mapping(), under: "") }
    } catch {
      for mistake in error.mistakes {
        let what = mistake.what + (mistake.hint.map { "; \($0)" } ?? "")
        self.mistakes.append(.init(key: nil, origin: Self.origin(mistake.location), what: what))
      }
    }
  }

  mutating func read(environment: [String: String], ignoring ignored: Set<String>) {
    for (variable, value) in environment.sorted(by: { $0.key < $1.key })
    where variable.hasPrefix(table.environmentPrefix) && !ignored.contains(variable) {
      let origin = SettingOrigin.environment(variable: variable)
      if let key = table.key(forVariable: variable) {
        found.append(RawSetting(key: key, text: value, origin: origin))
      } else if !Self.isServiceLink(variable, value) {
        let known = table.declarations.map { table.variable(for: $0.name) }
        let hint = Suggestion.hint(for: variable, in: known)
        mistakes.append(.init(key: nil, origin: origin, what: "no setting has this variable\(hint)"))
      }
    }
  }

  /// Whether Kubernetes made it: every container gets the addresses of its namespace's Services as variables, and one
  /// called `hyperloop` or `hyperloop-api` has them begin as ours do.
  private static func isServiceLink(_ variable: String, _ value: String) -> Bool {
    variable.contains(/_SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?$/)
      || variable.contains(/_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/)
      || variable.hasSuffix("_PORT") && value.contains("://")
  }

  mutating func read(arguments: [Assignment]) {
    found += arguments.map { RawSetting(key: $0.name, text: $0.value, origin: .argument(key: $0.name)) }
  }

  private mutating func flatten(_ members: [(key: YAMLNode, value: YAMLNode)], under prefix: String) {
    for (key, value) in members {
      guard let part = key.text else { continue }
      let name = prefix + part
      let origin = Self.origin(value.location)
      switch value.kind {
      case .mapping(let inner):
        if table.declaration(for: name)?.prefix == nil, let declaration = table.declaration(for: name) {
          mistakes.append(.init(key: name, origin: origin, what: "must be \(declaration.expectation), not a mapping"))
        } else {
          flatten(inner, under: name + ".")
        }
      case .sequence(let elements):
        let texts = elements.compactMap(\.text)
        if texts.count == elements.count, !texts.contains(where: { $0.contains(",") }) {
          found.append(RawSetting(key: name, text: texts.joined(separator: ","), origin: origin))
        } else {
          mistakes.append(.init(key: name, origin: origin, what: "a list may only hold texts without commas"))
        }
      case .scalar where value.isNull:
        mistakes.append(.init(key: name, origin: origin, what: "has no value; leave it out for its default"))
      case .scalar(let text, _):
        found.append(RawSetting(key: name, text: text, origin: origin))
      }
    }
  }

  private static func origin(_ location: YAMLLocation) -> SettingOrigin {
    .file(location.file, line: location.line, column: location.column)
  }
}
