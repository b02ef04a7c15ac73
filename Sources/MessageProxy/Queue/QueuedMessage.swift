/// A message in the queue.
struct QueuedMessage<Payload> {
  /// What becomes of it when its turn comes.
  enum Fate {
    case deliver
    /// It was given up, but is not in the dead-letter topic yet.
    case deadLetter(FailureReason)
  }

  enum Phase {
    case waiting, taken
  }

  let tenure: UInt32
  let offset: Int64
  let bytes: Int
  let payload: Payload
  /// The order of arrival.
  let sequence: UInt64
  let lane: Int32
  var attempts: Int32 = 0
  var firstAttempt: ContinuousClock.Instant?
  var fate = Fate.deliver
  var phase = Phase.waiting
  /// Whether a delivery that does not end is reported.
  var hasDeadline = true
  /// The next message of the lane, or -1.
  var following: Int32 = -1
}
