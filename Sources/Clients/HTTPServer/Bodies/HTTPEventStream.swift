/// Sends server-sent events to one client.
public struct HTTPEventStream: Sendable {
  let stream: ResponseStream

  /// Hands an event over, and waits while the client is more than the configured buffer behind.
  /// Throws when the client is gone, does not read within the deadline, or the server stops.
  public func send(_ event: HTTPServerEvent) async throws(HTTPStreamError) {
    guard let text = event.encoded else { throw .invalidEvent }
    try await stream.write(text.utf8)
  }
}
