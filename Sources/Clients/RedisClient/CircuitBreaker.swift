/// Decides whether a call is worth trying: after some failures in a row none is for a while, then a few probe.
///
/// A pure state machine over instants that the caller gives.
public struct CircuitBreaker: Sendable {
  public struct Policy: Sendable {
    /// Failures in a row that open the circuit.
    public var failures = 5
    /// How long it stays open at first; doubled each time that a probe fails.
    public var openFor = Duration.milliseconds(500)
    public var openAtMost = Duration.seconds(10)
    /// Calls let through at once while it is half open.
    public var probes = 1
    /// Successful probes that close it.
    public var successes = 1

    public init() {}
  }

  public enum State: Sendable, Equatable { case closed, open, halfOpen }

  public private(set) var state = State.closed
  private let policy: Policy
  private var failures = 0
  private var successes = 0
  private var probing = 0
  private var wait: Duration
  private var opensUntil: ContinuousClock.Instant?

  public init(policy: Policy = Policy()) {
    self.policy = policy
    wait = policy.openFor
  }

  /// Whether a call may be tried now. Each that may must be followed by `record` or `forget` with the same `ticket`.
  public mutating func admit(at now: ContinuousClock.Instant) -> Ticket? {
    if state == .open, let end = opensUntil, now >= end {
      state = .halfOpen
      successes = 0
      probing = 0
    }
    switch state {
    case .closed: return Ticket(isProbe: false)
    case .open: return nil
    case .halfOpen:
      guard probing < policy.probes else { return nil }
      probing += 1
      return Ticket(isProbe: true)
    }
  }

  /// A call that was let through.
  public struct Ticket: Sendable {
    let isProbe: Bool
  }

  /// Takes note of how an admitted call ended.
  public mutating func record(_ ticket: Ticket, success: Bool, at now: ContinuousClock.Instant) {
    switch state {
    case .closed:
      failures = success ? 0 : failures + 1
      if failures >= policy.failures { open(at: now) }
    case .open:
      break  // A call from before it opened: its result comes too late to count.
    case .halfOpen:
      guard ticket.isProbe else { return }
      probing = max(0, probing - 1)
      guard success else {
        wait = min(wait * 2, policy.openAtMost)
        return open(at: now)
      }
      successes += 1
      if successes >= policy.successes { close() }
    }
  }

  /// Takes note that an admitted call ended without telling anything about the other side.
  public mutating func forget(_ ticket: Ticket) {
    if state == .halfOpen, ticket.isProbe { probing = max(0, probing - 1) }
  }

  private mutating func open(at now: ContinuousClock.Instant) {
    state = .open
    failures = 0
    opensUntil = now + wait
  }

  private mutating func close() {
    state = .closed
    failures = 0
    wait = policy.openFor
    opensUntil = nil
  }
}
