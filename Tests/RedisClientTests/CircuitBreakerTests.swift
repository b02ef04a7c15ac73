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

  private func fail(_ breaker: inout CircuitBreaker, times: Int, at now: ContinuousClock.Instant) throws {
    for _ in 0..<times {
      let ticket = try #require(breaker.admit(at: now))
      breaker.record(ticket, success: false, at: now)
    }
  }

  @Test func itOpensAfterFailuresInARowOnly() throws {
    var breaker = breaker()
    try fail(&breaker, times: 2, at: start)
    let good = try #require(breaker.admit(at: start))
    breaker.record(good, success: true, at: start)
    try fail(&breaker, times: 2, at: start)
    #expect(breaker.state == .closed)
    try fail(&breaker, times: 1, at: start)
    #expect(breaker.state == .open)
    #expect(breaker.admit(at: start + .milliseconds(999)) == nil)
  }

  @Test func oneProbeClosesItAgain() throws {
    var breaker = breaker()
    try fail(&breaker, times: 3, at: start)
    let later = start + .seconds(1)
    let probe = try #require(breaker.admit(at: later))
    #expect(breaker.state == .halfOpen)
    #expect(breaker.admit(at: later) == nil)
    breaker.record(probe, success: true, at: later)
    #expect(breaker.state == .closed)
    #expect(breaker.admit(at: later) != nil)
  }

  @Test func aFailedProbeDoublesTheWaitUpToALimit() throws {
    var breaker = breaker()
    try fail(&breaker, times: 3, at: start)
    var now = start
    for wait in [1, 2, 3, 3] {
      #expect(breaker.admit(at: now + .seconds(wait) - .milliseconds(1)) == nil)
      now += .seconds(wait)
      try fail(&breaker, times: 1, at: now)
      #expect(breaker.state == .open)
    }
    now += .seconds(3)
    let probe = try #require(breaker.admit(at: now))
    breaker.record(probe, success: true, at: now)
    try fail(&breaker, times: 3, at: now)
    #expect(breaker.admit(at: now + .seconds(1)) != nil, "the wait begins anew")
  }

  @Test func lateResultsOfOlderCallsDoNotCount() throws {
    var breaker = breaker()
    let old = try #require(breaker.admit(at: start))
    try fail(&breaker, times: 3, at: start)
    breaker.record(old, success: true, at: start)
    #expect(breaker.state == .open)
    let later = start + .seconds(1)
    let probe = try #require(breaker.admit(at: later))
    breaker.record(old, success: false, at: later)
    #expect(breaker.state == .halfOpen)
    breaker.forget(probe)
    #expect(breaker.admit(at: later) != nil, "a forgotten probe leaves its place")
  }

  @Test func severalSuccessesMayBeNeeded() throws {
    var breaker = breaker {
      $0.successes = 2
      $0.probes = 2
    }
    try fail(&breaker, times: 3, at: start)
    let later = start + .seconds(1)
    let one = try #require(breaker.admit(at: later))
    let two = try #require(breaker.admit(at: later))
    #expect(breaker.admit(at: later) == nil)
    breaker.record(one, success: true, at: later)
    #expect(breaker.state == .halfOpen)
    breaker.record(two, success: true, at: later)
    #expect(breaker.state == .closed)
  }
}
