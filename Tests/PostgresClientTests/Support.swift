import PostgresClient
import Telemetry
import TestKit

/// Lends a pool on a database of its own.
func withPool<R>(
  size: Int = 4, _ adjust: (inout PostgresConfiguration) -> Void = { _ in }, _ body: (PostgresPool) async throws -> R
) async throws -> R {
  try await withDatabase { url in
    var configuration = Patience.postgres(url)
    configuration.size = size
    adjust(&configuration)
    return try await withPool(configuration, body)
  }
}

/// Waits until the server sleeps for a connection.
func isSleeping(_ backend: Int64, in pool: PostgresPool) async throws {
  try await eventually("the statement runs") {
    try await pool.number(
      "SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND state = 'active' AND query LIKE '%pg_sleep%'",
      .int4(Int32(backend))) == 1
  }
}

/// The error that `body` must throw.
func failure<R>(_ body: () async throws -> R) async -> PostgresError? {
  do { _ = try await body() } catch { return error as? PostgresError }
  return nil
}

extension PostgresConnection {
  /// The first value of the only row.
  func number(_ statement: PostgresStatement, _ parameters: PostgresParameter...) async throws -> Int64 {
    try await execute(statement, parameters).int8(0, 0)
  }

  /// Whether the server still answers on it.
  func answers() async -> Bool { (try? await number("SELECT 1::int8")) == 1 }

  /// The first value of the only row.
  func text(_ statement: PostgresStatement, _ parameters: PostgresParameter...) async throws -> String {
    try await execute(statement, parameters).text(0, 0)
  }
}

extension PostgresPool {
  func answers() async -> Bool { (try? await number("SELECT 1::int8")) == 1 }

  func number(_ statement: PostgresStatement, _ parameters: PostgresParameter...) async throws -> Int64 {
    try await withConnection { try await $0.execute(statement, parameters).int8(0, 0) }
  }
}
