/// How many messages may be given up after failed deliveries: every success pays for a part of one, and one is free at an
/// interval. So a receiver that is down never empties a topic into its dead-letter topic.
public struct DeadLetterBudget: Sendable, Hashable {
  /// What one success adds.
  public var tokensPerSuccess = 1.0
  /// The most that can be saved up.
  public var maxTokens = 100.0
  /// One token is free after each such time.
  public var freeInterval: Duration = .seconds(300)

  private var tokens = 0.0
  private var lastFree: ContinuousClock.Instant?

  public init() {}

  mutating func recordSuccess() { tokens = min(maxTokens, tokens + tokensPerSuccess) }

  /// Takes a token, if there is one.
  mutating func spend(at now: ContinuousClock.Instant) -> Bool {
    if tokens >= 1 {
      tokens -= 1
      return true
    }
    if let lastFree, now - lastFree < freeInterval { return false }
    lastFree = now
    return true
  }
}
