extension PostgresPool {
  /// Runs `body` in a transaction, once: committed when it returns, rolled back when it throws.
  ///
  /// A COMMIT is not cancelled with the task. If its answer is lost, the error is of the kind `.commitUnknown`.
  @discardableResult
  public func transaction<R>(_ body: (PostgresConnection) async throws -> R) async throws -> R {
    try await withConnection { try await $0.transaction(body) }
  }
}

extension PostgresConnection {
  /// Runs `body` in a transaction on this connection, once: committed when it returns, rolled back when it throws.
  @discardableResult
  public nonisolated func transaction<R>(_ body: (PostgresConnection) async throws -> R) async throws -> R {
    try await execute(.begin)
    do {
      let result = try await body(self)
      try await commit()
      return result
    } catch {
      // Outside a transaction (a failed COMMIT ended it) this is a warning of the server's, on a lost connection an
      // error: either way there is nothing left to roll back.
      if condition == .unsettled {
        _ = try? await run([(.rollback, [])], timeout: limits.cancelTimeout, isShielded: true)
      }
      throw error
    }
  }

  private func commit() async throws(PostgresError) {
    let results = try await run([(.commit, [])], timeout: nil, isShielded: true)
    // The server turns the COMMIT of a transaction in which something failed into a rollback.
    guard results.first?.commandTag == "COMMIT" else {
      throw PostgresError(
        .server(sqlstate: "25P02"), "the transaction was rolled back: a statement in it had failed", sqlstate: "25P02")
    }
  }
}
