public import YAMLReader

/// Reads specs from YAML.
public enum SpecFile {
  /// Reads and checks a spec.
  /// - Parameter file: the name that mistakes carry.
  /// - Throws: all mistakes at once, each as `file:line:column: what; what would be right`.
  public static func read(_ bytes: [UInt8], file: String) throws(YAMLError) -> Spec {
    let root = try YAMLDocument.parse(bytes, file: file)
    var reader = SpecFileReader()
    let spec = reader.read(root)
    try reader.mistakes.throwInOrder()
    guard let spec else { throw root.error("this is no spec") }
    return spec
  }
}
