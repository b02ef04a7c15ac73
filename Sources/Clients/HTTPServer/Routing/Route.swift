/// A method and a path, with what answers it.
///
/// In the path `{name}` stands for one segment, and `{name*}` at the end for one or more. A literal segment wins over a
/// parameter. A GET route answers HEAD too, unless HEAD has a route of its own.
public struct Route: Sendable {
  /// What becomes of a request's body.
  public enum Body: Sendable {
    /// The request may have none (413).
    case none
    /// Collected before the handler is called; nil takes the server's default limit.
    case buffered(maxBytes: Int?)
    /// Handed on as it arrives: the handler starts on the headers, and may answer before it has read the body.
    case streamed(maxBytes: Int)
  }

  public enum Handler: Sendable {
    /// Answers at once on the server's thread, which serves nobody else meanwhile: for what takes microseconds.
    case immediate(@Sendable (HTTPServerRequest) -> HTTPServerResponse)
    /// Answers from a task of its own, cancelled when the client goes away, the deadline passes or the server stops.
    case async(@Sendable (HTTPServerRequest) async -> HTTPServerResponse)
    /// Called on the server's thread; answers later, from any thread, through the responder.
    case callback(@Sendable (HTTPServerRequest, HTTPResponder) -> Void)
  }

  public struct Options: Sendable {
    public var body: Body
    /// Decides on the headers, on the server's thread, before the body is taken: a response refuses.
    public var admit: (@Sendable (HTTPRequestHead) -> HTTPServerResponse?)?
    /// Instead of the configuration's; nil keeps that.
    public var bodyDeadline: Duration?
    public var answerDeadline: Duration?
    public var requestDeadline: Duration?

    public init(
      body: Body = .buffered(maxBytes: nil), bodyDeadline: Duration? = nil, answerDeadline: Duration? = nil,
      requestDeadline: Duration? = nil, admit: (@Sendable (HTTPRequestHead) -> HTTPServerResponse?)? = nil
    ) {
      self.body = body
      self.bodyDeadline = bodyDeadline
      self.answerDeadline = answerDeadline
      self.requestDeadline = requestDeadline
      self.admit = admit
    }
  }

  public var method: HTTPMethod
  public var path: String
  public var options: Options
  public var handler: Handler

  public init(_ method: HTTPMethod, _ path: String, _ options: Options = Options(), handler: Handler) {
    self.method = method
    self.path = path
    self.options = options
    self.handler = handler
  }

  /// A route that a task answers.
  public init(
    _ method: HTTPMethod, _ path: String, _ options: Options = Options(),
    _ answer: @escaping @Sendable (HTTPServerRequest) async -> HTTPServerResponse
  ) {
    self.init(method, path, options, handler: .async(answer))
  }

  /// A route that is answered at once on the server's thread.
  public static func immediate(
    _ method: HTTPMethod, _ path: String, _ options: Options = Options(),
    _ answer: @escaping @Sendable (HTTPServerRequest) -> HTTPServerResponse
  ) -> Route {
    Route(method, path, options, handler: .immediate(answer))
  }

  /// A route that is answered later through a responder.
  public static func callback(
    _ method: HTTPMethod, _ path: String, _ options: Options = Options(),
    _ answer: @escaping @Sendable (HTTPServerRequest, HTTPResponder) -> Void
  ) -> Route {
    Route(method, path, options, handler: .callback(answer))
  }
}
