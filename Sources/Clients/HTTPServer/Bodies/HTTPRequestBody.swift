/// A request's body as it arrives. One task reads it; the client is held back while nobody reads.
public struct HTTPRequestBody: AsyncSequence, AsyncIteratorProtocol, Sendable {
  public typealias Element = [UInt8]
  public typealias Failure = HTTPStreamError

  /// Nil for a body that was empty or buffered.
  let queue: BodyQueue?

  /// The next bytes, at least one, or nil at the end of the body.
  public func next() async throws(HTTPStreamError) -> [UInt8]? {
    guard let queue else { return nil }
    return try await queue.next()
  }

  public func next(isolation actor: isolated (any Actor)?) async throws(HTTPStreamError) -> [UInt8]? {
    guard let queue else { return nil }
    return try await queue.next()
  }

  /// The rest of the body at once. Throws `tooLarge` when it is longer than `maxBytes`.
  public func collect(maxBytes: Int) async throws(HTTPStreamError) -> [UInt8] {
    var collected: [UInt8] = []
    while let chunk = try await next() {
      guard collected.count + chunk.count <= maxBytes else { throw .tooLarge }
      collected.append(contentsOf: chunk)
    }
    return collected
  }

  public func makeAsyncIterator() -> HTTPRequestBody { self }
}
