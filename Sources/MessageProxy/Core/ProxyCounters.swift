/// What a proxy core has counted since it began.
struct ProxyCounters: Sendable, Hashable {
  var received: UInt64 = 0
  /// Done before, by an earlier owner of the partition.
  var skipped: UInt64 = 0
  var dispatched: UInt64 = 0
  var completed: UInt64 = 0
  var retried: UInt64 = 0
  var deadLettered: UInt64 = 0
  /// Given up, but tried on since the dead-letter budget was spent.
  var deadLettersDeferred: UInt64 = 0
  var overdue: UInt64 = 0
  /// Completions of messages whose assignment was over, or that were completed before.
  var fenced: UInt64 = 0
}
