/// Limits and times of a read cache.
public struct ReadCacheConfiguration: Sendable {
  /// Tells the caches apart in Redis, where keys are `prefix:name:key`.
  public var name: String
  /// Carries the schema's version: another version does not read what this one wrote.
  public var prefix = "hyperloop:1"
  /// How long an answer may be used again, from its loading on, in both tiers together.
  public var lifetime: Duration
  /// How long “there is nothing” is believed; only locally.
  public var absentLifetime: Duration = .seconds(5)
  /// How much of a lifetime is left to chance (0…1), so that what was loaded together does not end together.
  public var jitter = 0.1
  /// Entries held locally at most.
  public var maxEntries = 100_000
  /// Bytes of keys and values held locally at most.
  public var maxBytes = 64 << 20
  /// Requests that wait for an answer at most; beyond it they end with `overloaded`.
  public var maxWaiting = 65_536
  /// What an exchange with Redis may take.
  public var redisBudget: Duration = .milliseconds(50)

  public init(name: String, lifetime: Duration) {
    self.name = name
    self.lifetime = lifetime
  }
}
