/// Why rules of behaviour cannot be taken.
public struct BehaviourError: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}
