internal import HTTPServer

/// How a rule of behaviour looks on the wire.
enum FaultAnswer {
  /// Within this time a client has given up; then the connection is cut.
  static let hanging: Duration = .seconds(120)

  /// The answer in place of a normal one, and how much later; nil when the rule changes nothing for such a request.
  static func make(_ rule: BehaviourRule) -> (response: HTTPServerResponse, delay: Duration)? {
    switch rule.kind {
    case .fail: (failure(rule), .zero)
    case .hang: (cut, hanging)
    case .drop: (cut, .zero)
    case .empty: (.bytes([], contentType: "application/json"), .zero)
    case .invalid: (.bytes(Array(#"{"status": 200, "#.utf8), contentType: "application/json"), .zero)
    case .conflict: (conflict, .zero)
    case .slow, .short, .long, .loseAck, .holdAck, .rejectAck, .ackTwice, .ackUnknown, .ignore: nil
    }
  }

  private static func failure(_ rule: BehaviourRule) -> HTTPServerResponse {
    guard rule.status >= 300 else { return .empty(status: rule.status) }
    let problem = HTTPServerResponse.problem(status: rule.status, code: rule.code, title: "Asked to fail")
    return rule.retryAfter.map { problem.with("Retry-After", "\($0)") } ?? problem
  }

  private static var conflict: HTTPServerResponse {
    .problem(status: 409, code: "older_version", title: "Something newer is said to be held")
  }

  /// No answer: the connection ends before a byte of the body.
  private static var cut: HTTPServerResponse {
    .stream(contentType: "application/json", length: 1) { _ in throw Cut() }
  }

  private struct Cut: Error {}
}
