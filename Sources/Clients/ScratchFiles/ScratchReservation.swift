/// Room of a space for files that somebody else makes there, such as a library for itself.
public final class ScratchReservation {
  private let space: ScratchSpace
  private var taken = 0

  public init(in space: ScratchSpace) { self.space = space }

  deinit { giveBack() }

  /// Takes more room, until it is so many bytes; never less.
  /// - Throws: `noSpace` or `neverFits` beyond the space's limit.
  public func grow(to bytes: Int) throws(ScratchFileError) {
    guard bytes > taken else { return }
    try space.take(bytes - taken)
    taken = bytes
  }

  /// Gives all of it back, once the files are gone.
  public func giveBack() {
    space.giveBack(taken)
    taken = 0
  }
}
