/// How well a row would do as a grid's header.
public struct HeaderFit: Sendable, Equatable {
  /// Columns of the grid that it names.
  public let found: Int
  /// Whether they are all that have to be there.
  public let isComplete: Bool

  public init(found: Int, isComplete: Bool) {
    self.found = found
    self.isComplete = isComplete
  }

  static let none = HeaderFit(found: 0, isComplete: false)

  static func < (one: HeaderFit, other: HeaderFit) -> Bool {
    (one.isComplete ? 1 : 0, one.found) < (other.isComplete ? 1 : 0, other.found)
  }
}
