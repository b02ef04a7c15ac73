/// Writes a streamed response's body.
public struct HTTPBodyWriter: Sendable {
  let stream: ResponseStream

  /// Hands bytes over, and waits while the client is more than the configured buffer behind.
  /// Throws when the client is gone, does not read within the deadline, or the server stops.
  public func write(_ bytes: some Collection<UInt8>) async throws(HTTPStreamError) { try await stream.write(bytes) }

  public func write(_ text: String) async throws(HTTPStreamError) { try await stream.write(text.utf8) }
}
