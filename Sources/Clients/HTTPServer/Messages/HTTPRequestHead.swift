/// What is known of a request before its body is read. A class, so that handing it on costs one reference.
public final class HTTPRequestHead: Sendable {
  public let method: HTTPMethod
  /// The target as the client wrote it, path and query, still encoded.
  public let target: String
  /// The target's path, still encoded.
  public let path: String
  public let query: HTTPQuery
  public let headers: HTTPHeaders
  /// The client's numeric address, without the port.
  public let peerAddress: String
  /// The declared length of the body in bytes: 0 without a body, nil when it comes in chunks.
  public let contentLength: Int?
  private let names: [String]
  private let values: [String]

  init(
    method: HTTPMethod, target: RequestTarget, headers: HTTPHeaders, peerAddress: String, contentLength: Int?,
    names: [String], values: [String]
  ) {
    self.method = method
    self.target = target.raw
    self.path = target.path
    self.query = target.query
    self.headers = headers
    self.peerAddress = peerAddress
    self.contentLength = contentLength
    self.names = names
    self.values = values
  }

  /// The decoded segment that stands for `{name}` in the route's path; empty for a name that the route does not have.
  public func parameter(_ name: String) -> String {
    names.firstIndex(of: name).map { values[$0] } ?? ""
  }

  /// All parameters of the route's path, in order.
  public var parameters: [(name: String, value: String)] { Array(zip(names, values)).map { (name: $0, value: $1) } }
}
