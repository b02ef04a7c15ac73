/// One HTTP request: what to send, how long it may take, and how much may come back.
public struct HTTPRequest: Sendable {
  public var method: String
  /// An absolute `http` or `https` URL in ASCII; put variable parts in with `percentEncoded`.
  public var url: String
  public var headers: [(name: String, value: String)]
  public var body: [UInt8]
  /// Sent in place of `body`, for what is too large for memory.
  public var bodySource: HTTPBody?
  /// From submission to the last byte of the answer, waiting for a free connection included.
  public var timeout: Duration
  /// For name resolution, connection and TLS handshake; the client's own when nil.
  public var connectTimeout: Duration?
  /// A longer body ends the call with `.bodyTooLarge`.
  public var maxBodyBytes: Int
  /// A longer block of headers, status line included, ends the call with `.headersTooLarge`.
  public var maxHeaderBytes: Int
  /// Whether sending it twice does no harm. Only then is it sent again by itself when a kept-alive connection turns out
  /// to be dead after the request went out. By default so for the methods that HTTP defines as idempotent, and for a
  /// request with an `Idempotency-Key`.
  public var isIdempotent: Bool
  /// Takes the body of an answer of 200 to 299 piece by piece, as it comes; the answer is then without one. False ends
  /// the call. It runs on the client's thread, and holds up all of its calls meanwhile.
  public var onBody: (@Sendable (_ piece: UnsafeRawBufferPointer) -> Bool)?
  /// Is told, on the client's thread, how many bytes of the body were sent so far.
  public var onSent: (@Sendable (_ bytes: Int) -> Void)?

  public init(
    method: String = "GET", url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
    timeout: Duration = .seconds(10), connectTimeout: Duration? = nil, maxBodyBytes: Int = 1 << 20,
    maxHeaderBytes: Int = 64 << 10, isIdempotent: Bool? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
    self.connectTimeout = connectTimeout
    self.maxBodyBytes = maxBodyBytes
    self.maxHeaderBytes = maxHeaderBytes
    self.isIdempotent =
      isIdempotent
      ?? (["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"].contains(method)
        || headers.contains { equalIgnoringCase($0.name.utf8, "idempotency-key".utf8) })
  }

  /// Whether no body is sent.
  var isBodyEmpty: Bool { bodySource.map { $0.count == 0 } ?? body.isEmpty }
}
