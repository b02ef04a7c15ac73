public import ScratchFiles

/// Where goes what does not fit in memory.
public struct SpillOptions: Sendable {
  /// Bytes of rows' keys that are held in memory; sorting takes half as much again for a moment.
  public var memory: Int
  /// The room on disk for the rest, and for workbooks while they are read or written.
  public var space: ScratchSpace

  public init(memory: Int = 4 << 20, space: ScratchSpace = .unlimited) {
    self.memory = memory
    self.space = space
  }

  /// The same for one file, whose temporary files are told apart from those of others.
  public var ofOneFile: SpillOptions { SpillOptions(memory: memory, space: ScratchSpace(partOf: space)) }
}
