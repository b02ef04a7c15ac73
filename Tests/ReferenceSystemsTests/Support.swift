import HTTPCaller
import ItemModel
import JSONCodec
import Lifecycle
import ReferenceSystems
import Telemetry
import TestKit

/// Runs reference systems, calls `body`, and stops them in good order.
func withSystems(
  _ configuration: ReferenceSystemsConfiguration,
  _ body: @escaping @Sendable (Client) async throws -> Void
) async throws {
  let systems = ReferenceSystems(configuration, logger: .silent)
  try systems.open()
  let shutdown = GracefulShutdown()
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await systems.run(ServiceRun(shutdown: shutdown)) }
    defer { shutdown.request() }
    let client = Client(systems)
    try await body(client)
    await client.caller.stop(within: .zero)
    shutdown.request()
    try await group.waitForAll()
  }
}

/// Systems reached by HTTP on free ports.
func http(_ names: String...) -> ReferenceSystemsConfiguration {
  var configuration = ReferenceSystemsConfiguration()
  configuration.systems = names.map { ReferenceSystem($0, .http) }
  return configuration
}

/// Calls the systems of one run.
struct Client: Sendable {
  let systems: ReferenceSystems
  let caller = HTTPCaller(logger: .silent)

  init(_ systems: ReferenceSystems) { self.systems = systems }

  func url(_ system: String) -> String { systems.addresses.first { $0.name == system }?.url ?? "" }

  func call(
    _ method: String, _ system: String, _ path: String, headers: [(String, String)] = [], body: String = "",
    timeout: Duration = Patience.limit
  ) async throws -> HTTPResponse {
    try await caller.call(
      HTTPRequest(
        method: method, url: url(system) + path, headers: headers.map { (name: $0.0, value: $0.1) },
        body: Array(body.utf8), timeout: timeout))
  }

  /// Delivers a snippet as the contract says.
  func deliver(
    _ system: String, _ gtin: String = "00012345678905", version: Int64, _ body: String = #"{"a":1}"#,
    timeout: Duration = Patience.limit
  ) async throws -> HTTPResponse {
    try await call(
      "POST", system, "/snippets", headers: headers(system, gtin, version), body: body, timeout: timeout)
  }

  func behave(_ system: String, _ json: String) async throws -> HTTPResponse {
    try await call("POST", system, "/behaviour", body: json)
  }

  func statistics(_ system: String) async throws -> JSONValue {
    try await call("GET", system, "/stats").json
  }

  func count(_ name: String, of system: String) async throws -> Int64? {
    try await statistics(system)[name]?.int64
  }
}

func headers(_ system: String, _ gtin: String, _ version: Int64) -> [(String, String)] {
  [
    ("Idempotency-Key", "m1/\(gtin)/\(system)/\(version)"), ("X-Merchant-Id", "m1"), ("X-Gtin", gtin),
    ("X-Item-Version", "\(version)"), ("X-Correlation-Id", "c1"), ("X-Lane", "setup"),
  ]
}

/// An entry of a batch.
func entry(_ system: String, _ gtin: String, _ version: Int64, _ snippet: String = #"{"a":1}"#) -> String {
  """
  {"merchantId":"m1","gtin":"\(gtin)","version":\(version),"idempotencyKey":"m1/\(gtin)/\(system)/\(version)",\
  "correlationId":"c","lane":"setup","deadline":"2026-01-01T00:00:00Z","snippet":\(snippet)}
  """
}

func item(_ gtin: String) throws -> ItemKey {
  struct NoItem: Error {}
  guard let item = ItemKey(messageKey: Array("m1/\(gtin)".utf8)) else { throw NoItem() }
  return item
}

extension HTTPResponse {
  var text: String { String(decoding: body, as: UTF8.self) }
  var json: JSONValue { get throws { try JSONDocument(body).root } }
  var code: String? { (try? json)?["code"]?.string }
}
