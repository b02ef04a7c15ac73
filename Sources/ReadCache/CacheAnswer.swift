/// What a source has under a key.
public enum CacheAnswer<Value: Sendable>: Sendable {
  case found(Value)
  /// The source says that there is nothing.
  case absent

  public var value: Value? { if case .found(let value) = self { value } else { nil } }
}

/// What a loader brings for one key.
public enum CacheLoad: Sendable {
  case found([UInt8])
  case absent
  case failed(CacheError)
}

/// Why a key has no answer. It is not remembered: the next request tries again.
public struct CacheError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Stable: `timeout`, `overloaded`, `unreadable`, or what the loader says.
  public let code: String
  public let message: String
  /// The source's wish.
  public let retryAfter: Duration?
  /// Whether the same request may succeed later.
  public let isRetriable: Bool

  public init(code: String, message: String, retryAfter: Duration? = nil, isRetriable: Bool = true) {
    self.code = code
    self.message = message
    self.retryAfter = retryAfter
    self.isRetriable = isRetriable
  }

  public var description: String { "\(code): \(message)" }
}

/// The end of a request that could not be answered at once.
public struct CacheCompletion<Value: Sendable>: Sendable {
  /// As the requester chose it.
  public let ticket: UInt64
  public let result: Result<CacheAnswer<Value>, CacheError>
}
