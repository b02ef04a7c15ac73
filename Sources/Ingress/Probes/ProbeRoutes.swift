internal import HTTPServer
internal import JSONCodec
internal import Telemetry

/// What tells how the process is: `/healthz`, `/readyz`, `/metrics`.
struct ProbeRoutes: Sendable {
  /// Need no key.
  static let publicPaths: Set<String> = ["/healthz", "/readyz"]

  let metrics: MetricsRegistry
  let readiness: @Sendable () async -> [String]

  func routes(_ endpoints: Endpoints) -> [Route] {
    [
      endpoints.get("/healthz") { _, _ in .json(Array(#"{"status":"alive"}"#.utf8)) },
      endpoints.get("/readyz") { _, _ in ready(await readiness()) },
      endpoints.get("/metrics") { _, caller in
        // They are of all merchants together.
        if case .merchant = caller.principal { throw Problem.operatorsOnly }
        return .bytes(Array(metrics.text().utf8), contentType: MetricsRegistry.contentType)
      },
    ]
  }

  private func ready(_ reasons: [String]) -> HTTPServerResponse {
    var writer = JSONWriter()
    writer.beginObject()
    writer.field("ready", reasons.isEmpty)
    writer.name("reasons")
    writer.beginArray()
    for reason in reasons { writer.string(reason) }
    writer.endArray()
    writer.endObject()
    return .json(writer.bytes, status: reasons.isEmpty ? 200 : 503)
  }
}
