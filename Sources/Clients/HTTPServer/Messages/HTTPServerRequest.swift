/// A request as a handler gets it.
public struct HTTPServerRequest: Sendable {
  public let head: HTTPRequestHead
  /// The whole body of a `.buffered` route, else empty.
  public let bytes: [UInt8]
  /// The body of a `.streamed` route as it arrives; at its end from the start on every other route.
  public let body: HTTPRequestBody

  public var method: HTTPMethod { head.method }
  public var target: String { head.target }
  public var path: String { head.path }
  public var query: HTTPQuery { head.query }
  public var headers: HTTPHeaders { head.headers }
  public var peerAddress: String { head.peerAddress }

  /// The decoded segment that stands for `{name}` in the route's path.
  public func parameter(_ name: String) -> String { head.parameter(name) }
}
