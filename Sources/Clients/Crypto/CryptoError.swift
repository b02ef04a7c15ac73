/// A failure of the cryptographic library. Trying again may help.
public struct CryptoError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Code: String, Sendable {
    case random
  }

  public let code: Code
  public let message: String

  public var isRetriable: Bool { true }
  public var description: String { "\(code.rawValue): \(message)" }

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}
