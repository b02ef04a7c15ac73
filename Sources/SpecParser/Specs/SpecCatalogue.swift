public import YAMLReader

/// The specs that a process knows, by name and version: those that are built in, and over them those of files.
public struct SpecCatalogue: Sendable {
  /// By identifier.
  private let specs: [String: Spec]

  /// - Parameter files: specs in YAML, with the names that mistakes carry; no two of the same name and version.
  /// - Throws: the mistakes of all files.
  public init(files: [(file: String, bytes: [UInt8])] = []) throws(YAMLError) {
    var specs: [String: Spec] = [:]
    var mistakes = YAMLMistakes()
    for source in ShippedSpecs.files.values.sorted(by: { $0.file < $1.file }) {
      guard let spec = mistakes.collect(try SpecFile.read(source.bytes, file: source.file)) else { continue }
      specs[spec.identifier] = spec
    }
    var owners: [String: String] = [:]
    for source in files {
      guard let spec = mistakes.collect(try SpecFile.read(source.bytes, file: source.file)) else { continue }
      if let owner = owners[spec.identifier] {
        mistakes.add(
          YAMLLocation(file: source.file, line: 1, column: 1), "this is \(spec.identifier), and so is \(owner)",
          hint: "give one of them another version")
      }
      owners[spec.identifier] = source.file
      specs[spec.identifier] = spec
    }
    try mistakes.throwIfAny()
    self.specs = specs
  }

  /// The names of specs that have a version in use, in order.
  public var names: [String] { Set(specs.values.filter { $0.retired == nil }.map(\.name)).sorted() }

  /// All by which `reading` finds a spec: names, and names with versions (`cost@1`).
  public var identifiers: Set<String> { Set(specs.keys).union(specs.values.map(\.name)) }

  /// The spec of a name, in its newest version that is not retired, or the version that `cost@1` names, retired or
  /// not; of a spec whose versions are all retired the newest.
  public subscript(_ name: String) -> Spec? {
    if let spec = specs[name] { return spec }
    let versions = specs.values.filter { $0.name == name }.sorted { $0.version < $1.version }
    return versions.last { $0.retired == nil } ?? versions.last
  }

  /// The spec of a name, for a grid that was taken: also one that was retired since.
  /// - Parameter version: nil for the newest.
  /// - Throws: `unknown_spec`.
  public func reading(_ name: String, version: Int? = nil) throws(FeedParserError) -> Spec {
    let identifier = version.map { Spec.identifier(name, version: $0) } ?? name
    guard let spec = self[identifier] else { throw .unknownSpec(identifier, known: names) }
    return spec
  }

  /// The spec of a name, if grids of it are taken.
  /// - Throws: `unknown_spec`, or `spec_retired` with the spec's own message.
  public func inUse(_ name: String) throws(FeedParserError) -> Spec {
    let spec = try reading(name)
    if let message = spec.retired { throw .retiredSpec(spec.identifier, message) }
    return spec
  }
}
