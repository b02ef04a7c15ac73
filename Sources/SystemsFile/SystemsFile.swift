public import ItemModel
public import YAMLReader

/// The downstream systems as a YAML file describes them: the dependency graph, and each system's snippet.
public struct SystemsFile: Sendable {
  public let graph: SystemGraph
  /// What is legal but unwise.
  public let warnings: [YAMLMistake]

  /// Reads and checks a systems file, and compiles its templates.
  /// - Parameters:
  ///   - file: the name that mistakes carry.
  ///   - environment: what `${NAME}` in addresses and headers stands for; its values appear in no message.
  /// - Throws: all mistakes at once, each as `file:line:column: what; what would be right`.
  public static func read(
    _ bytes: [UInt8], file: String, environment: [String: String]
  ) throws(YAMLError) -> SystemsFile {
    let root = try YAMLDocument.parse(bytes, file: file)
    var reader = SystemsFileReader(environment: environment)
    let graph = reader.read(root)
    try reader.mistakes.throwInOrder()
    guard let graph else { throw root.error("this is no systems file") }
    return SystemsFile(graph: graph, warnings: reader.warnings)
  }

  /// The systems file that goes with the reference systems. Their addresses come from the environment: `PRICING_URL`,
  /// `SELLER_URL`, `LOGISTICS_URL`, `PRODUCT_URL` and `OFFER_URL`, each such as `http://127.0.0.1:9001`.
  public static var reference: [UInt8] { PackageResources.systems_yaml }
}
