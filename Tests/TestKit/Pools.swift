internal import Telemetry

public import PostgresClient

/// Lends a pool, and shuts it down afterwards.
public func withPool<Result>(
  _ configuration: PostgresConfiguration, _ body: (PostgresPool) async throws -> Result
) async throws -> Result {
  let pool = try PostgresPool(configuration: configuration, logger: .silent)
  do {
    let result = try await body(pool)
    await pool.shutDown()
    return result
  } catch {
    await pool.shutDown()
    throw error
  }
}
