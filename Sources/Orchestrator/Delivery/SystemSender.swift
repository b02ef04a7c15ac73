internal import ItemModel

/// Takes deliveries to one system and gives each exactly one result, later or within the call. On the engine's thread.
protocol SystemSender: AnyObject {
  func send(_ delivery: Delivery)
  /// Called at the end of each turn in which something was sent or became possible.
  func flush(at now: ContinuousClock.Instant)
  /// Deliveries that were not handed on yet.
  var waiting: Int { get }
}

/// What senders tell and ask the engine.
protocol SenderHost: AnyObject, Sendable {
  func finish(_ delivery: Delivery, _ result: SystemResult)
  /// Has the sender flushed at the end of this turn.
  func mustFlush(_ sender: any SystemSender)
  /// Has it flushed after a while.
  func flush(_ sender: any SystemSender, after delay: Duration)
  /// Runs `job` on the engine's thread, from any thread.
  func post(_ job: @escaping @Sendable () -> Void)
}
