/// What a document may cost its reader. Values beyond the hard ceilings count as the ceilings.
public struct JSONLimits: Sendable {
  /// The longest document, in bytes (ceiling: 4 GiB, the reach of a node's offsets).
  public var maxBytes = 16 << 20
  /// The deepest nesting of arrays and objects (ceiling: 512, since canonical text is written recursively).
  public var maxDepth = 64
  /// The most values and member names together (ceiling: 268 million, the reach of a node's count).
  public var maxNodes = 1_000_000

  public init() {}

  var effectiveBytes: Int { max(0, min(maxBytes, Int(UInt32.max))) }
  var effectiveDepth: Int { min(maxDepth, 512) }
  var effectiveNodes: Int { max(0, min(maxNodes, 1 << 28 - 1)) }
}
