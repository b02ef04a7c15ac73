/// Why a Redis call brought no result.
public struct RedisError: Error, Sendable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    /// The call's time budget ran out.
    case timeout
    /// No connection could be made, or Redis refused the password or database.
    case connectFailed
    /// The connection broke while the call was open.
    case connectionLost
    /// Redis failed often of late: the call was not tried.
    case circuitOpen
    /// As many commands are open as may be.
    case overloaded
    case stopped
    /// Redis answered with an error; the code is its first word (`WRONGTYPE`, `OOM`, …).
    case server(code: String)
    /// An answer of another shape than the command has.
    case unexpectedReply
    case badURL
    /// What this build cannot do.
    case unsupported
  }

  public let kind: Kind
  public let message: String
  /// False only when Redis cannot have executed the commands.
  public let mayHaveExecuted: Bool

  public var isRetriable: Bool {
    switch kind {
    case .timeout, .connectFailed, .connectionLost, .circuitOpen, .overloaded: true
    case .server(let code): ["LOADING", "BUSY", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN", "READONLY"].contains(code)
    case .stopped, .unexpectedReply, .badURL, .unsupported: false
    }
  }

  /// Whether it tells against Redis or the network, not against the command.
  var isFailureOfRedis: Bool {
    switch kind {
    case .timeout, .connectFailed, .connectionLost: true
    default: false
    }
  }

  public var description: String { "\(kind): \(message)" }

  init(_ kind: Kind, _ message: String, mayHaveExecuted: Bool = false) {
    self.kind = kind
    self.message = message
    self.mayHaveExecuted = mayHaveExecuted
  }

  /// What an error reply says.
  init(reply text: String) {
    let code = text.prefix { $0 != " " }
    self.init(.server(code: String(code)), text, mayHaveExecuted: true)
  }
}
