/// Limits of a sender.
struct DeliveryLimits: Sendable {
  /// Deliveries that wait for one system at most.
  var maxWaiting: Int
  /// How long a delivery waits for a free request at most.
  var maxWait: Duration
  /// How long a snippet waits for others to share a batch with.
  var linger: Duration
  /// Bytes of snippets in a batch, unless one alone is larger.
  var maxBatchBytes: Int
  /// Bytes of a system's answer.
  var maxAnswerBytes: Int
  var circuit: SystemCircuit.Policy
}
