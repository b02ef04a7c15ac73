/// How much of other transactions a transaction sees.
public enum PostgresIsolation: String, Sendable {
  case readCommitted = "READ COMMITTED"
  case repeatableRead = "REPEATABLE READ"
  case serializable = "SERIALIZABLE"

  var begin: PostgresStatement {
    switch self {
    case .readCommitted: Self.beginReadCommitted
    case .repeatableRead: Self.beginRepeatableRead
    case .serializable: Self.beginSerializable
    }
  }

  private static let beginReadCommitted = PostgresStatement("BEGIN ISOLATION LEVEL READ COMMITTED")
  private static let beginRepeatableRead = PostgresStatement("BEGIN ISOLATION LEVEL REPEATABLE READ")
  private static let beginSerializable = PostgresStatement("BEGIN ISOLATION LEVEL SERIALIZABLE")
}

extension PostgresPool {
  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
  ///
  /// A COMMIT is not cancelled with the task. If its answer is lost, the error is of the kind `.commitUnknown`.
  /// - Parameter retrying: how many times `body` is run again after a serialisation failure or a deadlock, here or in
  ///   the COMMIT.
  @discardableResult
  public func transaction<R>(
    isolation: PostgresIsolation = .readCommitted, retrying: Int = 0, _ body: (PostgresConnection) async throws -> R
  ) async throws -> R {
    var failures = 0
    while true {
      do {
        return try await withConnection { try await $0.transaction(isolation: isolation, body) }
      } catch let error as PostgresError where error.asksToRepeatTransaction && failures < retrying {
        failures += 1
        let pause = BackOff.pause(failures: failures, start: .milliseconds(5), limit: .milliseconds(500))
        try await Task.sleep(for: pause)
      }
    }
  }
}

extension PostgresConnection {
  /// Runs `body` in a transaction on this connection, once: committed when it returns, rolled back when it throws.
  @discardableResult
  public nonisolated func transaction<R>(
    isolation: PostgresIsolation = .readCommitted, _ body: (PostgresConnection) async throws -> R
  ) async throws -> R {
    try await execute(isolation.begin)
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
