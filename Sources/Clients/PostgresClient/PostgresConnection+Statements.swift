/// A statement and the values of its parameters.
public typealias PostgresCommand = (statement: PostgresStatement, parameters: [PostgresParameter])

extension PostgresConnection {
  /// Runs one statement in one round trip, preparing it if this connection has not yet.
  /// - Parameter timeout: when to cancel it; nil for the configured limit, which is also the server's.
  @discardableResult
  public func execute(
    _ statement: PostgresStatement, _ parameters: PostgresParameter..., timeout: Duration? = nil
  ) async throws(PostgresError) -> PostgresResult {
    try await execute(statement, parameters, timeout: timeout)
  }

  /// Runs one statement in one round trip, preparing it if this connection has not yet.
  @discardableResult
  public func execute(
    _ statement: PostgresStatement, _ parameters: [PostgresParameter], timeout: Duration? = nil
  ) async throws(PostgresError) -> PostgresResult {
    var results = try await run([(statement, parameters)], timeout: timeout)
    guard let result = results.popLast() else {
      throw PostgresError(.protocolViolation, "the server gave no result", statement: statement.sql)
    }
    return result
  }

  /// Runs several statements in one round trip, and gives a result for each.
  ///
  /// Outside a transaction they are one transaction, unless they say `BEGIN` and `COMMIT` themselves. An error ends the
  /// series; it carries the index of its statement.
  @discardableResult
  public func pipeline(
    _ commands: [PostgresCommand], timeout: Duration? = nil
  ) async throws(PostgresError) -> [PostgresResult] {
    try await run(commands, timeout: timeout)
  }

  /// Runs SQL text that may hold several statements, without parameters. All values of the results are text.
  @discardableResult
  public func simple(_ sql: String, timeout: Duration? = nil) async throws(PostgresError) -> [PostgresResult] {
    try await simple(sql, timeout: timeout, isShielded: false)
  }

  func simple(_ sql: String, timeout: Duration?, isShielded: Bool) async throws(PostgresError) -> [PostgresResult] {
    try await call(timeout: timeout, isShielded: isShielded) { () async throws(PostgresError) in
      guard libpq.send(simple: sql) else { throw lost() }
      return try await results(of: sql)
    }
  }

  /// Ends what the borrower left open; false if the connection is of no use any more.
  func settle() async -> Bool {
    if mode != .idle { close() }
    guard condition == .unsettled else { return condition == .clean }
    do { _ = try await simple("ROLLBACK", timeout: limits.cancelTimeout, isShielded: true) } catch { close() }
    return condition == .clean
  }

  func run(
    _ commands: [PostgresCommand], timeout: Duration?, isShielded: Bool = false
  ) async throws(PostgresError) -> [PostgresResult] {
    guard !commands.isEmpty else { return [] }
    return try await call(timeout: timeout, isShielded: isShielded) { () async throws(PostgresError) in
      try await runPipeline(commands)
    }
  }
}
