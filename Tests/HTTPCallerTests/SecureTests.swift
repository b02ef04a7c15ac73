internal import HTTPCaller
internal import Telemetry
internal import TestKit
internal import Testing

@Suite(.timeLimit(.minutes(5)))
struct SecureTests {
  private func client(
    _ protocols: HTTPCallerConfiguration.Protocols = .http2OverTLS,
    _ change: (inout HTTPCallerConfiguration.TLS) -> Void = { _ in }
  ) -> HTTPCaller {
    var configuration = HTTPCallerConfiguration()
    configuration.protocols = protocols
    configuration.connectTimeout = Patience.limit
    change(&configuration.tls)
    return HTTPCaller(configuration: configuration, logger: .silent)
  }

  @Test func aServerMustProveItsName() async throws {
    let server = try SecureServer()
    defer { server.stop() }
    let request = HTTPRequest(url: "https://localhost:\(server.port)/", timeout: Patience.limit)
    let strict = client()
    let error = await failure(strict, request)
    #expect(error?.kind == .tls)
    #expect(error?.isRetriable == false)
    #expect(error?.mayHaveReachedServer == false)

    let informed = client { $0.authorityFile = server.certificate }
    let trusted = try await informed.call(request)
    #expect(trusted.status == 200)
    let otherName = HTTPRequest(url: "https://127.0.0.1:\(server.port)/")
    #expect(await failure(informed, otherName)?.kind == .tls)

    let careless = client { $0.verifiesPeer = false }
    let unchecked = try await careless.call(otherName)
    #expect(unchecked.status == 200)
    for client in [strict, informed, careless] { await client.stop(within: .zero) }
  }

  @Test func callsShareAnHTTP2Connection() async throws {
    let server = try SecureServer()
    defer { server.stop() }
    let url = "https://localhost:\(server.port)/"
    let client = client { $0.authorityFile = server.certificate }
    let first = try await client.call(HTTPRequest(url: url))
    #expect(first.version == .http2)
    #expect(first.body == Array("hi".utf8))
    let collector = Collector()
    let submitter = client.submitter(collector.sink)
    submitter.submit((0..<300).map { HTTPCall(id: $0, request: HTTPRequest(method: "POST", url: url, body: [1, 2])) })
    try await eventually { collector.completions.count == 300 }
    for completion in collector.completions {
      let response = try completion.result.get()
      #expect(response.status == 200)
      #expect(response.header("X-Connection") == first.header("x-connection"))
    }
    await client.stop(within: .zero)

    let older = self.client(.http1) { $0.authorityFile = server.certificate }
    let plain = try await older.call(HTTPRequest(url: url))
    #expect(plain.version == .http1_1)
    await older.stop(within: .zero)
  }
}
