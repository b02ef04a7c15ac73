internal import RedisClient
internal import Testing

struct CircuitBreakerTests {
  private let start = ContinuousClock.now

  private func breaker(_ change: (inout CircuitBreaker.Policy) -> Void = { _ in }) -> CircuitBreaker {
    var policy = CircuitBreaker.Policy()
    policy.failures = 3
    policy.openFor = .seconds(1)
    policy.openAtMost = .seconds(3)
    change(&policy)
    return CircuitBreaker(policy: policy)
  }

  private func admitted(
    _ breaker: inout CircuitBreaker, at now: ContinuousClock.Instant
  ) throws -> CircuitBreaker.Ticket {
    let ticket = breaker.admit(at: now)
    return try #require(ticket)
  }

  private func admits(_ breaker: inout CircuitBreaker, at now: ContinuousClock.Instant) -> Bool {
    breaker.admit(at: now) != nil
  }

  private func fail(_ breaker: inout CircuitBreaker, times: Int, at now: ContinuousClock.Instant) throws {
    for _ in 0..<times {
      let ticket = try admitted(&breaker, at: now)
      breaker.record(ticket, success: false, at: now)
    }
  }

  @Test func itOpensAfterFailuresInARowOnly() throws {
    var breaker = breaker()
    try fail(&breaker, times: 2, at: start)
    let good = try admitted(&breaker, at: start)
    breaker.record(good, success: true, at: start)
    try fail(&breaker, times: 2, at: start)
    #expect(breaker.state == .closed)
    try fail(&breaker, times: 1, at: start)
    #expect(breaker.state == .open)
    let isAdmitted1 = admits(&breaker, at: start + .milliseconds(999))
    #expect(!isAdmitted1)
  }

  @Test func oneProbeClosesItAgain() throws {
    var breaker = breaker()
    try fail(&breaker, times: 3, at: start)
    let later = start + .seconds(1)
    let probe = try admitted(&breaker, at: later)
    #expect(breaker.state == .halfOpen)
    let isAdmitted2 = admits(&breaker, at: later)
    #expect(!isAdmitted2)
    breaker.record(probe, success: true, at: later)
    #expect(breaker.state == .closed)
    let isAdmitted3 = admits(&breaker, at: later)
    #expect(isAdmitted3)
  }

  @Test func aFailedProbeDoublesTheWaitUpToALimit() throws {
    var breaker = breaker()
    try fail(&breaker, times: 3, at: start)
    var now = start
    for wait in [1, 2, 3, 3] {
      let isAdmitted4 = admits(&breaker, at: now + .seconds(wait) - .milliseconds(1))
      #expect(!isAdmitted4)
      now += .seconds(wait)
      try fail(&breaker, times: 1, at: now)
      #expect(breaker.state == .open)
    }
    now += .seconds(3)
    let probe = try admitted(&breaker, at: now)
    breaker.record(probe, success: true, at: now)
    try fail(&breaker, times: 3, at: now)
    let isAdmitted5 = admits(&breaker, at: now + .seconds(1))
    #expect(isAdmitted5, "the wait begins anew")
  }

  @Test func lateResultsOfOlderCallsDoNotCount() throws {
    var breaker = breaker()
    let old = try admitted(&breaker, at: start)
    try fail(&breaker, times: 3, at: start)
    breaker.record(old, success: true, at: start)
    #expect(breaker.state == .open)
    let later = start + .seconds(1)
    let probe = try admitted(&breaker, at: later)
    breaker.record(old, success: false, at: later)
    #expect(breaker.state == .halfOpen)
    breaker.forget(probe)
    let isAdmitted6 = admits(&breaker, at: later)
    #expect(isAdmitted6, "a forgotten probe leaves its place")
  }

  @Test func severalSuccessesMayBeNeeded() throws {
    var breaker = breaker {
      $0.successes = 2
      $0.probes = 2
    }
    try fail(&breaker, times: 3, at: start)
    let later = start + .seconds(1)
    let one = try admitted(&breaker, at: later)
    let two = try admitted(&breaker, at: later)
    let isAdmitted7 = admits(&breaker, at: later)
    #expect(!isAdmitted7)
    breaker.record(one, success: true, at: later)
    #expect(breaker.state == .halfOpen)
    breaker.record(two, success: true, at: later)
    #expect(breaker.state == .closed)
  }
}
