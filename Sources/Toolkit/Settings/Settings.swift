public import Arguments

/// The configuration of one process, read once: a YAML file, over it the environment, over it the arguments.
public struct Settings: Sendable {
  private struct Entry {
    let value: any Sendable
    let origin: SettingOrigin
  }

  private let table: SettingTable
  private var entries: [String: Entry] = [:]

  /// Reads all sources and checks every value in them, also those that another source overrides.
  ///
  /// - Parameters:
  ///   - file: the bytes of a YAML file, and the name by which mistakes call it.
  ///   - environment: the process's variables; those without the table's prefix are left alone.
  ///   - ignoredVariables: variables with the prefix that are no settings.
  ///   - arguments: the last of several for one key counts.
  /// - Throws: all mistakes of all sources.
  public init(
    _ table: SettingTable, file: (bytes: [UInt8], name: String)? = nil, environment: [String: String] = [:],
    ignoredVariables: Set<String> = [], arguments: [Assignment] = []
  ) throws(SettingsError) {
    self.table = table
    var sources = SettingsSources(table: table)
    if let file { sources.read(file: file.bytes, name: file.name) }
    sources.read(environment: environment, ignoring: ignoredVariables)
    sources.read(arguments: arguments)
    var mistakes = sources.mistakes
    for raw in sources.found {
      if let mistake = take(raw) { mistakes.append(mistake) }
    }
    if !mistakes.isEmpty { throw SettingsError(mistakes: mistakes) }
  }

  /// The value of a key, which must be in the table.
  public subscript<Value>(key: SettingKey<Value>) -> Value {
    precondition(table.contains(key.declaration), "\(key.name) is not in the table of settings")
    return key.value(entries[key.name]?.value)
  }

  /// The values under a prefix, by what follows it.
  public subscript<Value>(prefix: SettingPrefix<Value>) -> [String: Value] {
    precondition(table.contains(prefix.declaration), "\(prefix.declaration.name) is not in the table of settings")
    let start = prefix.declaration.prefix ?? ""
    var values: [String: Value] = [:]
    for (name, entry) in entries where name.hasPrefix(start) && table.declaration(for: name)?.prefix == start {
      values[String(name.dropFirst(start.count))] = entry.value as? Value
    }
    return values
  }

  /// Where the value of a key came from.
  public func origin(of name: String) -> SettingOrigin { entries[name]?.origin ?? .byDefault }

  /// The value of a key without a default, for commands that cannot do without it.
  /// - Throws: a mistake that says how the key can be given.
  public func require<Value>(_ key: SettingKey<Value?>) throws(SettingsError) -> Value {
    if let value = self[key] { return value }
    let what =
      "must be given: --\(key.name) VALUE, the environment variable \(table.variable(for: key.name)), or the file"
    throw SettingsError(mistakes: [.init(key: key.name, origin: nil, what: what)])
  }

  /// All keys with their values as text and where these came from, in the table's order. Secrets, and passwords in URLs,
  /// are masked.
  public func redacted() -> [(name: String, text: String, origin: SettingOrigin)] {
    table.declarations.flatMap { declaration -> [(name: String, text: String, origin: SettingOrigin)] in
      guard declaration.prefix != nil else {
        let text = entries[declaration.name].map { declaration.format($0.value) } ?? declaration.defaultText ?? ""
        return [(declaration.name, Redaction.maskPasswords(text), origin(of: declaration.name))]
      }
      return entries.filter { table.declaration(for: $0.key)?.name == declaration.name }.sorted { $0.key < $1.key }
        .map { name, entry in
          let text = declaration.format(entry.value)
          return (name, Redaction.isSecret(name) ? Secret.mask : Redaction.maskPasswords(text), entry.origin)
        }
    }
  }

  /// Takes one value in; a mistake when the key is unknown, repeated in the file, or the value impossible.
  private mutating func take(_ raw: RawSetting) -> SettingsError.Mistake? {
    guard let declaration = table.declaration(for: raw.key) else {
      return .init(key: raw.key, origin: raw.origin, what: "is not a setting\(table.hint(for: raw.key))")
    }
    guard let value = declaration.parse(raw.text) else {
      let shown =
        declaration.isSecret || declaration.prefix != nil && Redaction.isSecret(raw.key) ? "the value" : "'\(raw.text)'"
      let hint = Suggestion.hint(for: raw.text, in: declaration.choices)
      return .init(key: raw.key, origin: raw.origin, what: "\(shown) is not \(declaration.expectation)\(hint)")
    }
    if case .file = raw.origin, let first = entries[raw.key] {
      return .init(key: raw.key, origin: raw.origin, what: "is given twice; the first time at \(first.origin)")
    }
    entries[raw.key] = Entry(value: value, origin: raw.origin)
    return nil
  }
}
