/// Answers one request, from any thread.
///
/// The first answer counts. A request whose client went away may still be answered; that is not an error.
public struct HTTPResponder: Sendable {
  let exchange: Exchange

  /// False when the request has been answered before, by the deadline for instance, or the client is gone.
  @discardableResult
  public func respond(_ response: HTTPServerResponse) -> Bool { exchange.respond(response) }
}
