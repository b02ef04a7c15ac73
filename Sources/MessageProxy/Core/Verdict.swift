/// What a handler says of a message in the end.
public enum Verdict: Sendable, Hashable {
  case done
  /// Deliver it again, after the back-off or after the time that the receiver named. The key waits meanwhile.
  case retry(after: Duration?, FailureReason)
  /// The message itself is bad: put it into the dead-letter topic and go on.
  case deadLetter(FailureReason)
}
