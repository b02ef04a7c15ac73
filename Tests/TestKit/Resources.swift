internal import Glibc
internal import LocalServers
internal import Synchronization

/// Calls `body` with the URL of a fresh, empty database on the shared PostgreSQL, and drops it afterwards.
public func withDatabase<Result>(_ body: (_ url: String) async throws -> Result) async throws -> Result {
  let server = try await TestServers.postgres()
  let name = "test_\(databases.wrappingAdd(1, ordering: .relaxed).newValue)"
  let url = try await server.createDatabase(name)
  do {
    let result = try await body(url)
    try await server.dropDatabase(name)
    return result
  } catch {
    // The first error is the one to show; the database ends with the run at the latest.
    try? await server.dropDatabase(name)
    throw error
  }
}

private let databases = Atomic<Int>(0)

/// Calls `body` with a new directory, which is removed at the end of the test run.
public func withTemporaryDirectory<Result>(_ body: (_ path: String) async throws -> Result) async throws -> Result {
  try await body(try await RunDirectory.instance.subdirectory("temporary"))
}

/// Waits until `condition` holds; throws when it still does not after `limit`, or when it throws.
///
/// This is the one place where tests sleep: between two looks at a condition that gives no signal of its own.
public func eventually(
  within limit: Duration = Patience.limit, _ what: String = "the condition",
  isolation: isolated (any Actor)? = #isolation, file: String = #fileID, line: Int = #line,
  _ condition: () async throws -> Bool
) async throws {
  let end = ContinuousClock.now + limit
  while try await !condition() {
    guard ContinuousClock.now < end else {
      throw TestKitError(message: "\(file):\(line): \(what) did not hold within \(limit)")
    }
    try await Task.sleep(for: .milliseconds(10))
  }
}
