/// What a document may have; beyond it the document is refused.
public struct XMLLimits: Sendable, Equatable {
  /// Elements in one another.
  public var depth: Int
  /// Bytes of one tag, comment or the like; text has no such limit, since it comes in pieces. The parser begins an
  /// incomplete one again with each piece that it is fed, so its time grows with the square of this.
  public var tokenBytes: Int
  /// Attributes of one element.
  public var attributes: Int
  /// Different names of elements and attributes: the parser keeps each of them until the end.
  public var names: Int

  public init(depth: Int = 64, tokenBytes: Int = 512 * 1024, attributes: Int = 256, names: Int = 1024) {
    self.depth = depth
    self.tokenBytes = tokenBytes
    self.attributes = attributes
    self.names = names
  }
}
