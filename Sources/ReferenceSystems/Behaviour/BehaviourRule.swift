/// A way in which a system misbehaves, how often, and for how long.
///
/// A system asks its rules in order, about each request (a batch is one) or each snippet. The `slow` rules that strike add
/// up; of the others the first that strikes decides.
public struct BehaviourRule: Sendable, Equatable {
  /// What the system does when the rule strikes.
  public enum Kind: String, Sendable, CaseIterable {
    /// Answers later, by `latency` and up to `jitter` more. A Kafka system acknowledges later.
    case slow
    /// Answers with `status`, `code` and `retryAfter`.
    case fail
    /// Takes the bytes and never answers.
    case hang
    /// Takes the snippets in, and cuts the connection in place of the answer.
    case drop
    /// Takes the snippets in, and answers 200 without a body.
    case empty
    /// Takes the snippets in, and answers 200 with a body that is no JSON.
    case invalid
    /// Takes the snippets in, and answers a batch with one entry less than it had.
    case short
    /// Takes the snippets in, and answers a batch with one entry more than it had.
    case long
    /// Answers 409, whatever it holds, and takes nothing in.
    case conflict
    /// Kafka: takes the snippet in and never acknowledges it.
    case loseAck
    /// Kafka: takes the snippet in, and acknowledges it when the rules are replaced.
    case holdAck
    /// Kafka: answers REJECTED with `code`, and takes nothing in.
    case rejectAck
    /// Kafka: acknowledges twice.
    case ackTwice
    /// Kafka: acknowledges, and also accepts a delivery that never was.
    case ackUnknown
    /// Kafka: passes over the snippet.
    case ignore
  }

  public var kind: Kind
  /// The part of the requests or snippets that it strikes, from 0 to 1.
  public var share = 1.0
  /// It strikes only single snippets, of this GTIN-14 or a higher one.
  public var fromGTIN: String?
  /// `fail`: from 200 to 599.
  public var status = 503
  /// `fail` and `rejectAck`: the error's code.
  public var code = "injected"
  /// `fail`: the header `Retry-After` (in a batch's entry its member), in seconds.
  public var retryAfter: Int?
  public var latency: Duration = .zero
  public var jitter: Duration = .zero
  /// The snippet is taken in all the same before a `fail` or `hang`.
  public var isProcessed = false
  /// `fail` and `conflict` strike single entries of a batch, not the whole request.
  public var isPerEntry = false
  /// After so many strikes the rule is over; nil means never.
  public var times: Int?
  /// So long after it was set the rule is over; nil means never.
  public var duration: Duration?

  public init(_ kind: Kind) { self.kind = kind }
}

extension BehaviourRule.Kind {
  /// Whether a system that is reached by HTTP can behave like this.
  var suitsHTTP: Bool {
    switch self {
    case .slow, .fail, .hang, .drop, .empty, .invalid, .short, .long, .conflict: true
    case .loseAck, .holdAck, .rejectAck, .ackTwice, .ackUnknown, .ignore: false
    }
  }

  /// Whether a system that is reached by Kafka can behave like this.
  var suitsKafka: Bool { self == .slow || !suitsHTTP }

  /// Whether the snippets are taken in before it happens.
  var takesIn: Bool {
    switch self {
    case .slow, .drop, .empty, .invalid, .short, .long, .loseAck, .holdAck, .ackTwice, .ackUnknown: true
    case .fail, .hang, .conflict, .rejectAck, .ignore: false
    }
  }
}
