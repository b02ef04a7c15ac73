/// A reply of Redis (RESP2).
public enum RedisReply: Sendable, Equatable {
  case bytes([UInt8])
  case status(String)
  case integer(Int64)
  case array([RedisReply])
  case null
  case error(String)

  /// The reply, unless it is an error.
  public func value() throws(RedisError) -> RedisReply {
    if case .error(let text) = self { throw RedisError(reply: text) }
    return self
  }

  /// The bytes of a string reply.
  public var bytes: [UInt8]? {
    switch self {
    case .bytes(let bytes): bytes
    case .status(let text): Array(text.utf8)
    default: nil
    }
  }

  public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }

  public var array: [RedisReply]? { if case .array(let elements) = self { elements } else { nil } }
}
