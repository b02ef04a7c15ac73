/// Decides whether a system is worth calling: after some failures in a row, or when it turns out to be misconfigured, it
/// is left alone for a while; then a few calls probe it.
///
/// A pure state machine: the time is given.
struct SystemCircuit {
  struct Policy: Sendable {
    /// Failures in a row that open it.
    var failures: Int
    /// How long it stays open at first; doubled each time that a probe fails.
    var openFor: Duration
    var openAtMost: Duration
    /// Calls at once while it is half open.
    var probes: Int
  }

  enum State: Int, Sendable, Equatable {
    case closed = 0
    case halfOpen = 1
    case open = 2
  }

  /// Whether a call may be made, and as what.
  enum Admission: Equatable {
    case call(Ticket)
    /// Not before so much time has passed.
    case refused(Duration)
  }

  /// A call that was let through. It says under which opening, so that a late answer to an older call decides nothing.
  struct Ticket: Equatable {
    fileprivate let opening: UInt64
    fileprivate let isProbe: Bool
  }

  /// How a call ended, for the circuit.
  enum Verdict: Equatable {
    /// The system answered, whatever it thinks of the snippet.
    case alive
    case failed
    /// What an operator must mend.
    case misconfigured
    /// It says nothing of the system.
    case unknown
  }

  private(set) var state = State.closed
  private let policy: Policy
  private var failures = 0
  private var probing = 0
  private var wait: Duration
  private var openUntil: ContinuousClock.Instant?
  private var opening: UInt64 = 0

  init(_ policy: Policy) {
    self.policy = policy
    wait = policy.openFor
  }

  /// How long it is still open; nil when calls may be tried.
  mutating func remaining(at now: ContinuousClock.Instant) -> Duration? {
    guard state == .open, let openUntil else { return nil }
    guard now >= openUntil else { return openUntil - now }
    state = .halfOpen
    probing = 0
    return nil
  }

  mutating func admit(at now: ContinuousClock.Instant) -> Admission {
    if let remaining = remaining(at: now) { return .refused(remaining) }
    guard state == .halfOpen else { return .call(Ticket(opening: opening, isProbe: false)) }
    // The probe will tell soon; whoever comes meanwhile comes back a little later.
    guard probing < policy.probes else { return .refused(policy.openFor) }
    probing += 1
    return .call(Ticket(opening: opening, isProbe: true))
  }

  /// Takes note of an admitted call's end; true when that opened the circuit.
  mutating func record(_ ticket: Ticket, _ verdict: Verdict, at now: ContinuousClock.Instant) -> Bool {
    guard ticket.opening == opening else { return false }
    if ticket.isProbe { probing = max(0, probing - 1) }
    switch verdict {
    case .unknown: return false
    case .alive:
      failures = 0
      if ticket.isProbe {
        state = .closed
        wait = policy.openFor
      }
      return false
    case .failed:
      failures += 1
      guard ticket.isProbe || failures >= policy.failures else { return false }
    case .misconfigured: break
    }
    open(afterProbe: ticket.isProbe, at: now)
    return true
  }

  private mutating func open(afterProbe: Bool, at now: ContinuousClock.Instant) {
    if afterProbe { wait = min(wait * 2, policy.openAtMost) }
    state = .open
    openUntil = now + wait
    opening += 1
    failures = 0
    probing = 0
  }
}
