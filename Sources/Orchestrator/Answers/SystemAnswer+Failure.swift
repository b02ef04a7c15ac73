internal import HTTPCaller

extension HTTPCallError {
  /// What a call without an answer means for the item, and for the circuit.
  var meaning: (result: SystemResult, verdict: SystemCircuit.Verdict) {
    (.systemError(code, message), verdict)
  }

  /// Stable, for outcomes.
  var code: String {
    switch kind {
    case .timeout: "timeout"
    case .resolveFailed: "resolve_failed"
    case .connectFailed: "connect_failed"
    case .tls: "tls_failed"
    case .connectionLost: "connection_lost"
    case .protocolError: "protocol_error"
    case .bodyTooLarge, .headersTooLarge: "answer_too_large"
    case .overloaded: "overloaded"
    case .cancelled, .stopped: "stopped"
    case .badURL, .badRequest, .unreadableBody: "bad_request"
    case .library: "library"
    }
  }

  private var verdict: SystemCircuit.Verdict {
    switch kind {
    case .timeout(.queue), .overloaded, .cancelled, .stopped, .badRequest, .unreadableBody, .library: .unknown
    case .badURL, .tls: .misconfigured
    case .timeout, .resolveFailed, .connectFailed, .connectionLost, .protocolError, .bodyTooLarge, .headersTooLarge:
      .failed
    }
  }
}
