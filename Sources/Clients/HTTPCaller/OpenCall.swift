internal import NativeThreads

/// A call from its submission to its completion.
///
/// `@unchecked Sendable`: made by the submitter, handed over through `CallIntake`, and from then on touched by the loop's
/// thread alone.
final class OpenCall: @unchecked Sendable {
  let id: UInt64
  let submitter: HTTPSubmitter
  let submitted: ContinuousClock.Instant
  let deadline: ContinuousClock.Instant
  /// Let go of at the end, since an ended call may stand in its host's queue for a while.
  var request: HTTPRequest?
  var host: String?
  var state = State.waiting

  enum State {
    case waiting
    /// Waiting, and to be ended by this deadline if it still waits then.
    case waitingUntil(EventLoop.Deadline)
    case running(EasyHandle, HostQueues<OpenCall>.Host)
    case ended
  }

  init(_ call: HTTPCall, of submitter: HTTPSubmitter, submitted: ContinuousClock.Instant) {
    id = call.id
    request = call.request
    self.submitter = submitter
    self.submitted = submitted
    deadline = submitted + call.request.timeout
  }

  var hasEnded: Bool {
    if case .ended = state { true } else { false }
  }
}
