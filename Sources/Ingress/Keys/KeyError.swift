/// Why it is not known whether a key is valid.
public struct KeyError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Code: String, Sendable {
    /// The database did not answer.
    case unavailable
    /// Too many requests wait for the database's answer.
    case overloaded
  }

  public let code: Code
  public let message: String
  public var isRetriable: Bool { true }

  public var description: String { "\(code.rawValue): \(message)" }
}
