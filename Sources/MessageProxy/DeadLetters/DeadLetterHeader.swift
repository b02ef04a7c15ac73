/// The headers that a dead letter carries beside its own.
public enum DeadLetterHeader: String, Sendable, CaseIterable {
  /// The topic it came from.
  case topic = "X-Dead-Letter-Topic"
  case partition = "X-Dead-Letter-Partition"
  case offset = "X-Dead-Letter-Offset"
  /// How often it was delivered.
  case attempts = "X-Dead-Letter-Attempts"
  /// The reason's stable code.
  case code = "X-Dead-Letter-Code"
  /// The reason for people, cut to 1,000 bytes.
  case reason = "X-Dead-Letter-Reason"
  /// When it was given up: RFC 3339, UTC.
  case time = "X-Dead-Letter-Time"
  /// How many bytes the value had. Only of a letter that Kafka did not take whole: it has neither the value nor the
  /// message's own headers, and the key only if that is short; the origin leads to the rest.
  case valueBytes = "X-Dead-Letter-Value-Bytes"
}
