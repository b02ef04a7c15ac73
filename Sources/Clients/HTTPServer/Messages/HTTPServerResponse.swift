/// What a handler answers. Length, date and connection headers are the server's own business.
public struct HTTPServerResponse: Sendable {
  public enum Body: Sendable {
    case bytes([UInt8])
    /// Written by a task that the server starts; of unknown length (chunked) when `length` is nil.
    case stream(length: Int?, @Sendable (HTTPBodyWriter) async throws -> Void)
    /// Server-sent events; a comment is sent after each `heartbeat` of silence.
    case events(heartbeat: Duration, @Sendable (HTTPEventStream) async throws -> Void)
  }

  public var status: Int
  /// Names must be tokens and values neither empty nor with control characters, or the client gets a 500 in place of this response.
  public var headers: [(name: String, value: String)]
  public var body: Body

  public init(status: Int, headers: [(name: String, value: String)] = [], body: Body = .bytes([])) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// An answer without a body.
  public static func empty(status: Int = 204) -> Self { Self(status: status) }

  public static func bytes(_ bytes: [UInt8], status: Int = 200, contentType: String) -> Self {
    Self(status: status, headers: [("Content-Type", contentType)], body: .bytes(bytes))
  }

  /// `bytes` is a JSON text.
  public static func json(_ bytes: [UInt8], status: Int = 200) -> Self {
    .bytes(bytes, status: status, contentType: "application/json")
  }

  public static func text(_ text: String, status: Int = 200) -> Self {
    .bytes(Array(text.utf8), status: status, contentType: "text/plain; charset=utf-8")
  }

  /// A body that `write` produces while it is sent. The closure is cancelled when the client goes away; when it throws,
  /// the connection is cut, so that the client sees that the body is not whole.
  public static func stream(
    status: Int = 200, contentType: String, length: Int? = nil,
    _ write: @escaping @Sendable (HTTPBodyWriter) async throws -> Void
  ) -> Self {
    Self(status: status, headers: [("Content-Type", contentType)], body: .stream(length: length, write))
  }

  /// Server-sent events (the HTML standard, section 9.2). The stream ends when the closure returns, when the client goes
  /// away, and when the server stops; in the last two cases the closure is cancelled.
  public static func events(
    heartbeat: Duration = .seconds(15), _ send: @escaping @Sendable (HTTPEventStream) async throws -> Void
  ) -> Self {
    Self(
      status: 200, headers: [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")],
      body: .events(heartbeat: heartbeat, send))
  }

  /// The same response with one header more.
  public func with(_ name: String, _ value: String) -> Self {
    var other = self
    other.headers.append((name, value))
    return other
  }

  /// Why the response cannot be sent, if it cannot.
  var fault: String? {
    guard (200..<600).contains(status) else { return "status \(status)" }
    for (name, value) in headers {
      guard HeaderRules.isToken(name.utf8), !value.isEmpty, HeaderRules.isValue(value.utf8) else {
        return "header \(name)"
      }
      guard !HeaderRules.isServersOwn(name) else { return "header \(name) is the server's own" }
    }
    return nil
  }
}
