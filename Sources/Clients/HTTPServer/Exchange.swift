internal import Synchronization

/// One request and its answer.
///
/// `@unchecked Sendable`: handlers on other threads hold it for `respond` alone, which goes through the lock and the
/// server's queue; everything else is touched by the server's thread only.
final class Exchange: @unchecked Sendable {
  /// What the server does with the request now.
  enum Stage: Equatable {
    case head
    /// The body comes in, for a handler.
    case receiving
    /// The body comes in, for nobody: the answer stands already.
    case discarding
    /// The body is complete, the handler is at work.
    case answering
    /// The answer is with the library.
    case sending
    /// The answer's body is written while it is sent.
    case streaming
    case over
  }

  /// What the library is told at the end of a call.
  enum Verdict {
    case carryOn
    case close
    case answer(HTTPServerResponse, closing: Bool)
  }

  enum Answer {
    case awaited
    case given(HTTPServerResponse)
    case taken
  }

  let core: ServerCore
  let target: String
  /// Nil once the request is over.
  var connection: Connection?
  var stage = Stage.head
  var headers = HTTPHeaders()
  var head: HTTPRequestHead?
  var route: Route?
  /// When the handler must have answered, whatever is in between.
  var requestDeadline = MonotonicTime.never

  /// When the whole body must be there.
  var bodyDeadline = MonotonicTime.never

  private(set) var isSuspended = false
  private(set) var suspendedSince: UInt64 = 0
  /// Why the server cut the request, if it did.
  var failure: HTTPStreamError?

  var buffer: [UInt8] = []
  var bodyLimit = 0
  var received = 0
  var discarded = 0
  var bodyQueue: BodyQueue?
  var stream: ResponseStream?
  /// Silence after which an event stream gets a comment; nil on every other answer.
  var heartbeat: UInt64?
  var lastSent: UInt64 = 0
  /// The handler's, then the body writer's.
  var task: Task<Void, Never>?

  private let answer = Mutex(Answer.awaited)
  /// Whether it waits in the server's queue already.
  let isQueued = Atomic<Bool>(false)

  init(core: ServerCore, connection: Connection, target: String) {
    self.core = core
    self.connection = connection
    self.target = target
  }

  // MARK: From any thread

  /// Gives the answer; false when there is one already.
  func respond(_ response: HTTPServerResponse) -> Bool {
    guard give(response) else { return false }
    core.wake(self)
    return true
  }

  /// Sets the answer without telling the server's thread.
  @discardableResult
  func give(_ response: HTTPServerResponse) -> Bool {
    answer.withLock { answer in
      guard case .awaited = answer else { return false }
      answer = .given(response)
      return true
    }
  }

  // MARK: On the server's thread

  /// An answer of the server's own, completed by whoever uses it.
  func own(_ response: HTTPServerResponse) -> HTTPServerResponse { core.label?(response, headers) ?? response }

  var hasAnswer: Bool {
    answer.withLock { if case .given = $0 { true } else { false } }
  }

  func takeAnswer() -> HTTPServerResponse? {
    answer.withLock { answer in
      guard case .given(let response) = answer else { return nil }
      answer = .taken
      return response
    }
  }

  /// Nobody can answer any more.
  func closeAnswer() { answer.withLock { $0 = .taken } }

  func suspend() {
    guard !isSuspended, let connection else { return }
    isSuspended = true
    suspendedSince = core.now
    connection.suspend()
  }

  func resume() {
    guard isSuspended, let connection else { return }
    isSuspended = false
    core.unwatch(connection)
    switch stage {
    case .streaming: connection.deadline = core.now &+ core.limits.send
    case .receiving: awaitBody()
    default: break
    }
    connection.resume()
  }
}
