/// A failure of the cryptographic library. Trying again is of use for random bytes alone.
public struct CryptoError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Code: String, Sendable {
    case authenticationCode = "authentication_code"
    case random
  }

  public let code: Code
  public let message: String

  public var isRetriable: Bool { code == .random }
  public var description: String { "\(code.rawValue): \(message)" }

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}
