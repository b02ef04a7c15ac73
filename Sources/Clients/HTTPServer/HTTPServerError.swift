/// Why a server did not start.
public struct HTTPServerError: Error, Sendable, CustomStringConvertible {
  public enum Code: String, Sendable {
    /// The host names no address of this machine.
    case badAddress
    /// Another program listens on the port.
    case addressInUse
    /// The port is not ours to take (below 1024 without the right to it, or a policy).
    case notPermitted
    /// Any other failure of the operating system, out of descriptors for instance.
    case system
    /// The library refused to start.
    case library
    /// `start` was called before, or after `stop`.
    case alreadyStarted
  }

  public let code: Code
  public let host: String
  public let port: Int
  /// What the operating system said.
  public let cause: String

  /// Whether the same start may succeed later.
  public var isRetriable: Bool { code == .addressInUse || code == .system }

  public var description: String { "cannot serve on \(host):\(port): \(cause) (\(code.rawValue))" }
}
