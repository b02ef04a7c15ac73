internal import Arguments

/// All keys of the configuration: what it is read with, and what its reference page is made from.
public struct SettingTable: Sendable {
  public let declarations: [SettingDeclaration]
  /// What the names of environment variables begin with.
  public let environmentPrefix: String
  private let byName: [String: SettingDeclaration]

  public init(_ declarations: [SettingDeclaration], environmentPrefix: String = "HYPERLOOP_") {
    self.declarations = declarations
    self.environmentPrefix = environmentPrefix
    byName = Dictionary(uniqueKeysWithValues: declarations.map { ($0.name, $0) })
  }

  /// The declaration of a key, be it through its prefix.
  public func declaration(for key: String) -> SettingDeclaration? {
    if let declaration = byName[key], declaration.prefix == nil { return declaration }
    return declarations.first { declaration in
      declaration.prefix.map { key.hasPrefix($0) && key.count > $0.count } ?? false
    }
  }

  /// The environment variable of a key: upper case, underscores for dots and hyphens.
  public func variable(for key: String) -> String {
    environmentPrefix + String(key.uppercased().map { $0 == "." || $0 == "-" ? "_" : $0 })
  }

  /// The key that an environment variable stands for. Behind a prefix, underscores are dots.
  func key(forVariable variable: String) -> String? {
    if let exact = declarations.first(where: { $0.prefix == nil && self.variable(for: $0.name) == variable }) {
      return exact.name
    }
    for declaration in declarations {
      guard let prefix = declaration.prefix else { continue }
      let start = self.variable(for: prefix)
      guard variable.hasPrefix(start), variable.count > start.count else { continue }
      return prefix + String(variable.dropFirst(start.count).lowercased().map { $0 == "_" ? "." : $0 })
    }
    return nil
  }

  /// The key that was probably meant, or nothing.
  func hint(for key: String) -> String { Suggestion.hint(for: key, in: declarations.map(\.name)) }

  func contains(_ declaration: SettingDeclaration) -> Bool { byName[declaration.name] != nil }

  /// The reference of all keys, in Markdown: a table row a key, in the order of the declarations.
  public func markdown() -> String {
    var lines = ["| Key | Value | Default | Environment | Meaning |", "|---|---|---|---|---|"]
    for key in declarations {
      let unit = key.unit.map { ", in \($0)" } ?? ""
      let secret = key.isSecret ? " (secret)" : ""
      let fallback = key.defaultText.map { $0.isEmpty ? "empty" : "`\($0)`" } ?? "none"
      let variable = key.prefix.map { self.variable(for: $0) + "…" } ?? variable(for: key.name)
      let cells = ["`\(key.name)`", key.expectation + unit + secret, fallback, "`\(variable)`", key.documentation]
      lines.append("| " + cells.map(Self.escaped).joined(separator: " | ") + " |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func escaped(_ cell: String) -> String {
    cell.reduce(into: "") { $0 += $1 == "|" ? "\\|" : $1.isNewline ? " " : String($1) }
  }
}
