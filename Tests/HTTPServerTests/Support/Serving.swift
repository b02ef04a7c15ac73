internal import HTTPServer
internal import Synchronization
internal import Telemetry

/// Serves `routes` on a free port while `body` runs.
func serving<Value>(
  _ routes: [Route], fallback: Route? = nil, admit: (@Sendable (HTTPRequestHead) -> HTTPServerResponse?)? = nil,
  configure: (inout HTTPServerConfiguration) -> Void = { _ in }, _ body: (HTTPServer) async throws -> Value
) async throws -> Value {
  var configuration = HTTPServerConfiguration()
  configuration.stopLinger = .milliseconds(20)
  configure(&configuration)
  let server = HTTPServer(
    configuration: configuration, routes: routes, fallback: fallback, admit: admit, logger: .silent)
  try server.start()
  do {
    let value = try await body(server)
    await server.stop(within: .seconds(60))
    return value
  } catch {
    await server.stop(within: .zero)
    throw error
  }
}

/// A value that handlers on other threads leave for the test.
final class Box<Value: Sendable>: Sendable {
  private let value: Mutex<Value>
  init(_ value: Value) { self.value = Mutex(value) }
  var current: Value { value.withLock { $0 } }
  func set(_ new: Value) { value.withLock { $0 = new } }
  func update(_ change: @Sendable (inout Value) -> Void) { value.withLock { change(&$0) } }
}
