internal import FeedIngestor
internal import HTTPServer
internal import ItemModel
internal import KafkaClient
internal import PostgresClient

extension Problem {
  /// What a failure of a handler tells the client; nil for what is the service's own fault and should be logged.
  init?(failure error: any Error) {
    switch error {
    case let problem as Problem: self = problem
    case let refusal as FeedRefusal: self.init(refusal)
    case FeedErrorFile.Refusal.unreadable(let code, let text):
      self.init(409, code, "The file could not be read, so that there are no rows to tell about", text)
    case FeedErrorFile.Refusal.notRead:
      self.init(
        409, "feed_in_progress", "The file is still being read", "Ask again when its rows have been read.",
        retryAfter: 2)
    case FeedErrorFile.Refusal.unknownSpec(let name):
      self.init(410, "unknown_spec", "The spec “\(name)” is not known any more", "Ask for the feed's items instead.")
    case let error as HTTPStreamError: self.init(error)
    case is KeyError: self = .unavailable
    case let error as PostgresError where Problem.isPassing(error): self = .unavailable
    default: return nil
    }
  }

  /// Whether the same request may succeed later, here or at another process.
  private static func isPassing(_ error: PostgresError) -> Bool {
    error.isRetriable || [.commitUnknown, .poolClosed, .cancelled].contains(error.kind)
  }

  init(_ refusal: FeedRefusal) {
    switch refusal {
    case .idempotencyMismatch:
      self.init(
        422, "idempotency_mismatch", "The Idempotency-Key was used for another file or purpose",
        "Use a new key for a new file, spec, mode or policy; repeat a key only with all of them the same.")
    case .stillUploading:
      self.init(
        409, "upload_in_progress", "The first upload with this Idempotency-Key has not ended",
        "Wait a little, then send it again.", retryAfter: 2)
    case .tooLarge(let limit): self = .tooLarge(limit: limit)
    case .tooManyOpenFeeds(let limit):
      self.init(
        429, "too_many_open_feeds", "Too many feeds are open",
        "A merchant may have \(limit) feeds in progress: wait until one has ended.", retryAfter: 30)
    case .unknownSpec(let name, let known):
      self.init(
        422, "unknown_spec", name.isEmpty ? "The parameter “spec” is missing" : "There is no spec “\(name)”",
        "Say what the grid is with ?spec=NAME; known are: \(known.joined(separator: ", ")).", field: "spec")
    case .unreadable(let code, let what, let hint, let isNoGrid):
      self.init(isNoGrid ? 415 : 422, code, what, hint)
    }
  }

  static func tooLarge(limit: Int) -> Problem {
    Problem(
      413, "too_large", "The body is too large",
      limit == 0 ? "Send the request without one." : "It may have \(limit) bytes: split it into several requests.")
  }

  /// Why a request's body ended early.
  init(_ error: HTTPStreamError) {
    switch error {
    case .deadline:
      self.init(
        408, "upload_timeout", "The body did not come in time", "Send it again over a faster line, or in parts.")
    case .tooLarge: self.init(413, "too_large", "The body is too large", "Split it into several requests.")
    case .malformed: self.init(400, "bad_body", "The body is no valid HTTP", "Check how it is sent in chunks.")
    case .disconnected, .cancelled, .invalidEvent:
      self.init(400, "incomplete_body", "The body ended early", "Send the request again.")
    }
  }

  init(_ error: DataError, status: Int) {
    self.init(
      status, error.code, error.description, error.hint.isEmpty ? nil : error.hint, field: error.field)
  }

  /// Why a record is not in the topic.
  init(_ error: KafkaError) {
    if error.code == .messageTooLarge {
      self.init(413, "too_large", "The price is too large for the topic", "Send the price alone, without other fields.")
    } else {
      self = .pricesUnavailable
    }
  }

  static let pricesUnavailable = Problem(
    503, "prices_unavailable", "Prices cannot be taken at the moment",
    "It is not known to be stored: send it again a little later.", retryAfter: 2)
}
