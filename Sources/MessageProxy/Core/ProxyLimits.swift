/// The limits and policies that a proxy core goes by.
struct ProxyLimits {
  var queue: QueueBounds
  /// Offsets held of one partition, while an early one is not done, before that partition is paused.
  var maxPendingOffsets: Int
  var inFlight: Int
  var followers: Int
  var handlerDeadline: Duration
  var metadataBytes: Int
  var retry: RetryPolicy
  var budget: DeadLetterBudget
}
