/// What a subscription tells, in order.
public enum RedisEvent: Sendable, Equatable {
  /// All channels are subscribed: what is published from now on comes. Whatever was published before may have been missed.
  case connected
  case message(channel: String, payload: [UInt8])
  /// The connection is gone; messages are missed until the next `connected`.
  case disconnected
}
