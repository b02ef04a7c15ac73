internal import Arguments
internal import HTTPCaller
internal import JSONCodec
internal import Settings
internal import Telemetry

/// Talks to a running service on behalf of a command.
struct ServiceClient: Sendable {
  static let url = Argument<String?>.option(
    "url", .string("URL"), help: "The service (HYPERLOOP_URL; else http://127.0.0.1:8080).")
  static let key = Argument<String?>.option(
    "key", .string("KEY"), help: "The key (HYPERLOOP_KEY, which keeps it off the command line).")
  static let merchant = Argument<String?>.option(
    "merchant", .string("ID"), help: "The merchant, with an operator's key (HYPERLOOP_MERCHANT).")
  static let arguments = [url.declaration, key.declaration, merchant.declaration]

  let base: String
  private let headers: [(name: String, value: String)]
  private let caller: HTTPCaller

  init(_ parsed: ParsedArguments) {
    let environment = ProcessEnvironment.variables()
    self.init(
      base: parsed[ServiceClient.url] ?? environment["HYPERLOOP_URL"] ?? "http://127.0.0.1:8080",
      key: parsed[ServiceClient.key] ?? environment["HYPERLOOP_KEY"],
      merchant: parsed[ServiceClient.merchant] ?? environment["HYPERLOOP_MERCHANT"])
  }

  init(base: String, key: String?, merchant: String?) {
    self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
    var headers: [(name: String, value: String)] = []
    if let key { headers.append(("Authorization", "Bearer \(key)")) }
    if let merchant { headers.append(("X-Merchant-Id", merchant)) }
    self.headers = headers
    caller = HTTPCaller(logger: .silent)
  }

  func close() async { await caller.stop(within: .seconds(1)) }

  func get(_ path: String) async throws -> JSONValue {
    try Self.json(try await send("GET", path))
  }

  func send(
    _ method: String, _ path: String, body: [UInt8] = [], type: String = "application/json",
    extra: [(name: String, value: String)] = [], timeout: Duration = .seconds(30),
    _ adjust: (inout HTTPRequest) -> Void = { _ in }
  ) async throws -> HTTPResponse {
    var request = HTTPRequest(method: method, url: base + path)
    request.headers = headers + extra + (body.isEmpty ? [] : [("Content-Type", type)])
    request.body = body
    request.timeout = timeout
    request.maxBodyBytes = 64 << 20
    adjust(&request)
    let response: HTTPResponse
    do {
      response = try await caller.call(request)
    } catch  where error.kind == .unreadableBody {
      throw error
    } catch {
      throw ServiceSilence(base: base, reason: "\(error)")
    }
    guard (200..<300).contains(response.status) else { throw ServiceRefusal(response) }
    return response
  }

  /// Repeats a call while the service is not to be had (429, 5xx, no answer), for `limit` at most.
  /// - Parameter meanwhile: called with the reason before each repetition.
  func patiently<Result>(
    for limit: Duration, _ call: () async throws -> Result, meanwhile: (any Error) -> Void = { _ in }
  ) async throws -> Result {
    let end = ContinuousClock.now + limit
    var pause = Duration.milliseconds(50)
    while true {
      do {
        return try await call()
      } catch let refusal as ServiceRefusal where refusal.isPassing && ContinuousClock.now < end {
        meanwhile(refusal)
      } catch let silence as ServiceSilence where ContinuousClock.now < end {
        meanwhile(silence)
      }
      try await Task.sleep(for: pause)
      pause = min(pause * 2, .seconds(2))
    }
  }

  static func json(_ response: HTTPResponse) throws -> JSONValue {
    do {
      return try JSONDocument(response.body).root
    } catch {
      throw StartError("the service's answer is no JSON: \(error.message)", hint: "is --url right?")
    }
  }
}

/// The service gave no answer.
struct ServiceSilence: Error, CustomStringConvertible {
  let base: String
  let reason: String

  var description: String { "\(base) cannot be reached: \(reason)\n  is the service running? See --url" }
}

/// What the service says when it refuses.
struct ServiceRefusal: Error, CustomStringConvertible {
  let status: Int
  let code: String
  let detail: String

  init(_ response: HTTPResponse) {
    let problem = (try? JSONDocument(response.body))?.root
    status = response.status
    code = (problem?["code"]?.string ?? "http_\(response.status)").withoutControls
    // It may name what was sent, such as cells of a header.
    detail = (problem?["detail"]?.string ?? problem?["title"]?.string ?? "").withoutControls
  }

  /// Whether the same call may be accepted later.
  var isPassing: Bool { status == 429 || status >= 500 }

  var description: String {
    switch status {
    case 401: "\(code): \(detail)\n  give a key by --key or HYPERLOOP_KEY; “hyperloop key create” makes one"
    default: "\(code) (HTTP \(status)): \(detail)"
    }
  }
}
