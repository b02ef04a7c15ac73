/// Why a call brought no answer.
public struct HTTPCallError: Error, Sendable, CustomStringConvertible {
  /// How far a call had come when its time ran out.
  public enum Phase: String, Sendable {
    /// It waited for a free connection of this client.
    case queue
    /// The name was resolved, the connection opened, or TLS negotiated.
    case connect
    /// The request was sent, and no answer had begun.
    case response
    /// The answer had begun.
    case body
  }

  public enum Kind: Sendable, Equatable {
    case timeout(Phase)
    case resolveFailed, connectFailed, tls
    /// The connection broke after it was opened.
    case connectionLost
    /// The peer does not speak HTTP as it should.
    case protocolError
    case bodyTooLarge, headersTooLarge
    /// The caller ended it, or the client was stopped while it ran.
    case cancelled
    /// The client has as many open calls as it may.
    case overloaded
    /// The client was stopped before the call.
    case stopped
    case badURL
    /// A method or header that must not be sent.
    case badRequest
    /// The request's own body ended before its announced length, or could not be read.
    case unreadableBody
    /// The library failed by itself, for example out of memory.
    case library
  }

  public let kind: Kind
  public let message: String
  /// Whether the same call may succeed later. Whether it may be repeated is another question: see `mayHaveReachedServer`.
  public let isRetriable: Bool
  /// False only when the server cannot have seen the request.
  public let mayHaveReachedServer: Bool

  public var description: String { "\(kind): \(message)" }

  init(_ kind: Kind, _ message: String, isRetriable: Bool? = nil, mayHaveReachedServer: Bool = false) {
    self.kind = kind
    self.message = message
    self.isRetriable = isRetriable ?? kind.isRetriable
    self.mayHaveReachedServer = mayHaveReachedServer
  }
}

extension HTTPCallError.Kind {
  fileprivate var isRetriable: Bool {
    switch self {
    case .timeout, .resolveFailed, .connectFailed, .connectionLost, .protocolError, .overloaded, .library: true
    case .tls, .bodyTooLarge, .headersTooLarge, .cancelled, .stopped, .badURL, .badRequest, .unreadableBody: false
    }
  }
}
