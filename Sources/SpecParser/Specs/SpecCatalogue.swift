public import YAMLReader

/// The specs that a process knows, by name: those that are built in, and over them those of files.
public struct SpecCatalogue: Sendable {
  private let specs: [String: Spec]

  /// - Parameter files: specs in YAML, with the names that mistakes carry.
  /// - Throws: the mistakes of the first file that has any.
  public init(files: [(file: String, bytes: [UInt8])] = []) throws(YAMLError) {
    var specs: [String: Spec] = [:]
    for source in ShippedSpecs.files.values.sorted(by: { $0.file < $1.file }) + files {
      let spec = try SpecFile.read(source.bytes, file: source.file)
      specs[spec.name] = spec
    }
    self.specs = specs
  }

  /// In order.
  public var names: [String] { specs.keys.sorted() }

  public subscript(_ name: String) -> Spec? { specs[name] }
}
