/// What a YAML file may cost its reader.
public struct YAMLLimits: Sendable {
  /// The longest file, in bytes.
  public var maxBytes = 4 << 20
  /// The deepest nesting, aliases followed (ceiling: 256, since nodes are read recursively).
  public var maxDepth = 64
  /// The most nodes, where every use of an alias counts all that it stands for.
  public var maxNodes = 200_000

  public init() {}
}
