import Testing

@testable import MessageProxy

@Suite struct PolicyTests {
  @Test func backOffDoublesUpToItsCap() {
    var policy = RetryPolicy()
    policy.maxDelay = .seconds(10)
    #expect((1...6).map { policy.backOff(attempts: $0, chance: 0) } == [1, 2, 4, 8, 10, 10].map { .seconds($0) })
    #expect(policy.backOff(attempts: 1_000_000, chance: 0) == .seconds(10))
    #expect(policy.backOff(attempts: 2, chance: 1) == .seconds(1))
  }

  @Test func budgetsEndTheTries() {
    var policy = RetryPolicy()
    policy.maxAttempts = 3
    policy.timeBudget = .seconds(60)
    #expect(policy.decide(attempts: 2, elapsed: .zero, requested: nil, chance: 0) == .retry(after: .seconds(2)))
    #expect(policy.decide(attempts: 3, elapsed: .zero, requested: nil, chance: 0) == .giveUp)
    #expect(policy.decide(attempts: 1, elapsed: .seconds(60), requested: nil, chance: 0) == .giveUp)
    #expect(policy.decide(attempts: 1, elapsed: .seconds(50), requested: .seconds(30), chance: 0) == .giveUp)
  }

  @Test func aRequestedPauseIsNeverCutShort() {
    var policy = RetryPolicy()
    policy.maxDelay = .seconds(1)
    for chance in [0, 0.5, 0.99] {
      guard case .retry(let delay) = policy.decide(attempts: 1, elapsed: .zero, requested: .seconds(30), chance: chance)
      else {
        Issue.record("given up")
        continue
      }
      #expect(delay >= .seconds(30) && delay < .seconds(32))
    }
  }

  @Test func successesPayForDeadLetters() {
    let now = ContinuousClock.now
    var budget = DeadLetterBudget()
    budget.tokensPerSuccess = 0.5
    budget.maxTokens = 1
    #expect(budget.spend(at: now) == true)
    #expect(budget.spend(at: now + .seconds(299)) == false)
    #expect(budget.spend(at: now + .seconds(300)) == true)
    for _ in 0..<10 { budget.recordSuccess() }
    #expect(budget.spend(at: now + .seconds(301)) == true)
    #expect(budget.spend(at: now + .seconds(302)) == false)
  }
}
