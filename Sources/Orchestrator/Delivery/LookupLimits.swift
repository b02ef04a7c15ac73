/// Limits of a look-up.
struct LookupLimits: Sendable {
  /// Questions that wait for the source at most.
  var maxWaiting: Int
  /// How long one waits at most, about.
  var maxWait: Duration
  var maxAnswerBytes: Int
  var circuit: SystemCircuit.Policy
}
