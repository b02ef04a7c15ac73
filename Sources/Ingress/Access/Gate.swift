internal import HTTPServer

/// Decides who comes in.
struct Gate: Sendable {
  private let keys: KeyStore
  private let publicPaths: Set<String>
  private let identifiers: Identifiers

  init(keys: KeyStore, publicPaths: Set<String>, identifiers: Identifiers) {
    self.keys = keys
    self.publicPaths = publicPaths
    self.identifiers = identifiers
  }

  /// The request's own `X-Correlation-Id` if it is 1 to 128 visible ASCII characters, else a new one.
  func correlationID(_ headers: HTTPHeaders) -> String {
    if let own = headers["X-Correlation-Id"], (1...128).contains(own.utf8.count), own.utf8.allSatisfy(isVisible) {
      return own
    }
    return identifiers.next()
  }

  /// Refuses what can be refused without a question, before the body is taken.
  func admit(_ head: HTTPRequestHead) -> HTTPServerResponse? {
    do throws(Problem) {
      _ = try bearer(head)
      return nil
    } catch {
      return error.response.with("X-Correlation-Id", correlationID(head.headers))
    }
  }

  /// Calls `then` with the caller: at once when the key is known, else from another thread.
  func authenticate(
    _ head: HTTPRequestHead, _ correlationID: String, then: @escaping @Sendable (Result<Caller, Problem>) -> Void
  ) {
    let bearer: String?
    do throws(Problem) {
      bearer = try self.bearer(head)
    } catch {
      return then(.failure(error))
    }
    guard let bearer else { return then(.success(Caller(principal: nil, correlationID: correlationID))) }
    keys.authenticate(bearer) { result in
      switch result {
      case .success(let principal?):
        then(.success(Caller(principal: principal, correlationID: correlationID)))
      case .success(nil): then(.failure(.unauthorized("The key is unknown, or was revoked.")))
      case .failure: then(.failure(.unavailable))
      }
    }
  }

  func authenticate(_ head: HTTPRequestHead, _ correlationID: String) async throws(Problem) -> Caller {
    let result = await withCheckedContinuation { continuation in
      authenticate(head, correlationID) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }

  /// The key that a request shows; nil only where none is needed.
  private func bearer(_ head: HTTPRequestHead) throws(Problem) -> String? {
    if publicPaths.contains(head.path) { return nil }
    guard let field = head.headers["Authorization"] else {
      throw .unauthorized("Send it as Authorization: Bearer KEY.")
    }
    let parts = field.split(separator: " ", omittingEmptySubsequences: true)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else {
      throw .unauthorized("Authorization must be: Bearer KEY.")
    }
    return String(parts[1])
  }
}
