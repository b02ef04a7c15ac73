/// A request on its way, under a number that the submitter chose.
public struct HTTPCall: Sendable {
  /// Unique among the submitter's open calls.
  public let id: UInt64
  public let request: HTTPRequest

  public init(id: UInt64, request: HTTPRequest) {
    self.id = id
    self.request = request
  }
}

/// How a call ended. Every submitted call has exactly one.
public struct HTTPCompletion: Sendable {
  public let id: UInt64
  public let result: Result<HTTPResponse, HTTPCallError>
  /// From submission to completion.
  public let duration: Duration
}
