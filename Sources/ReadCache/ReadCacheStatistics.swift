/// What a read cache holds, and has done since its start.
public struct ReadCacheStatistics: Sendable, Hashable {
  public internal(set) var entries = 0
  public internal(set) var bytes = 0
  /// Requests that wait.
  public internal(set) var waiting = 0
  public internal(set) var localHits: UInt64 = 0
  /// Of the local hits, those that found that there is nothing.
  public internal(set) var absentHits: UInt64 = 0
  public internal(set) var redisHits: UInt64 = 0
  /// Keys that were not in Redis.
  public internal(set) var redisMisses: UInt64 = 0
  /// Exchanges with Redis that failed; each costs its keys a miss.
  public internal(set) var redisFailures: UInt64 = 0
  /// Keys that the source was asked for.
  public internal(set) var loads: UInt64 = 0
  public internal(set) var loadFailures: UInt64 = 0
  /// Requests that shared another's load.
  public internal(set) var coalesced: UInt64 = 0
  public internal(set) var refused: UInt64 = 0
  /// Entries that made room for others before their time.
  public internal(set) var evictions: UInt64 = 0
}
