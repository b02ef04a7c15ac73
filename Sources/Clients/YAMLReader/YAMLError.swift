/// The mistakes of a YAML file, in the order in which they were found; never empty.
public struct YAMLError: Error, Sendable, Hashable, CustomStringConvertible {
  public let mistakes: [YAMLMistake]

  public init(_ mistake: YAMLMistake) { mistakes = [mistake] }

  /// Nil when there are no mistakes.
  public init?(_ mistakes: [YAMLMistake]) {
    guard !mistakes.isEmpty else { return nil }
    self.mistakes = mistakes
  }

  /// A mistake a line.
  public var description: String { mistakes.map(\.description).joined(separator: "\n") }
}
