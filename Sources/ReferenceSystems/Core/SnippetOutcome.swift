/// One snippet of a request, or why it is none.
typealias SnippetEntry = Result<SnippetDelivery, DeliveryFault>

/// What became of one snippet of a request.
enum SnippetOutcome {
  case taken(Verdict)
  case malformed(DeliveryFault)
  /// A rule of behaviour decided.
  case struck(BehaviourRule)
}
