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
}
