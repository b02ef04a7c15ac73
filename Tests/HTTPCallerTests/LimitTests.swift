internal import HTTPCaller
internal import Telemetry
internal import TestKit
internal import Testing

@Suite(.timeLimit(.minutes(5)))
struct LimitTests {
  @Test func anAnswerThatDoesNotBeginTimesOut() async throws {
    try await withClient(script: { _, connection in connection.pause(.seconds(300)) }) { server, client in
      let began = ContinuousClock.now
      let error = await failure(client, HTTPRequest(url: server.url, timeout: .seconds(1)))
      #expect(error?.kind == .timeout(.response))
      #expect(error?.mayHaveReachedServer == true)
      #expect(error?.isRetriable == true)
      let took = ContinuousClock.now - began
      #expect(took >= .milliseconds(990) && took < .seconds(60))
    }
  }

  @Test func aByteASecondDoesNotExtendTheDeadline() async throws {
    try await withClient(script: { _, connection in
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
      while connection.pause(.milliseconds(50)), connection.send("x") {}
      return false
    }) { server, client in
      let error = await failure(client, HTTPRequest(url: server.url, timeout: .seconds(1)))
      #expect(error?.kind == .timeout(.body))
    }
  }

  @Test func aPeerThatNeverAcceptsTimesOut() async throws {
    // 192.0.2.0/24 is for documentation: nothing answers there. Some networks refuse it at once instead.
    let client = HTTPCaller(logger: .silent)
    let error = await failure(
      client, HTTPRequest(url: "http://192.0.2.1/", timeout: .seconds(60), connectTimeout: .milliseconds(150)))
    #expect(error?.kind == .timeout(.connect) || error?.kind == .connectFailed)
    #expect(error?.mayHaveReachedServer == false)
    await client.stop(within: .zero)
  }

  @Test(arguments: [true, false])
  func aBodyOverTheLimitEndsTheCall(announced: Bool) async throws {
    try await withClient(script: { _, connection in
      let chunk = String(repeating: "x", count: 65_536)
      connection.send("HTTP/1.1 200 OK\r\n" + (announced ? "Content-Length: 1000000000\r\n\r\n" : "\r\n"))
      while connection.send(chunk) {}
      return false
    }) { server, client in
      let error = await failure(client, HTTPRequest(url: server.url, maxBodyBytes: 100_000))
      #expect(error?.kind == .bodyTooLarge)
      #expect(error?.isRetriable == false)
      try await eventually { server.openConnections == 0 }
    }
  }

  @Test func aBodyOfExactlyTheLimitIsTaken() async throws {
    try await withClient(script: { _, connection in
      connection.answer(body: String(repeating: "x", count: 1_000))
      return true
    }) { server, client in
      let response = try await client.call(HTTPRequest(url: server.url, maxBodyBytes: 1_000))
      #expect(response.body.count == 1_000)
      #expect(await failure(client, HTTPRequest(url: server.url, maxBodyBytes: 999))?.kind == .bodyTooLarge)
      #expect(await failure(client, HTTPRequest(url: server.url, maxBodyBytes: 0))?.kind == .bodyTooLarge)
    }
  }

  @Test(arguments: [50, 3_000, 150_000])
  func headersOverTheLimitEndTheCall(lineLength: Int) async throws {
    try await withClient(script: { _, connection in
      connection.send("HTTP/1.1 200 OK\r\n")
      var number = 0
      while number < 100_000, connection.send("X-\(number): \(String(repeating: "v", count: lineLength))\r\n") {
        number += 1
      }
      return false
    }) { server, client in
      let error = await failure(client, HTTPRequest(url: server.url, maxHeaderBytes: 20_000))
      #expect(error?.kind == .headersTooLarge)
    }
  }

  @Test func tooManyOpenCallsAreRefused() async throws {
    try await withClient({
      $0.callsPerHost = 2
      $0.callsInFlight = 2
      $0.callsWaiting = 3
    }) { _, connection in
      connection.pause(.seconds(300))
    } _: { server, client in
      let collector = Collector()
      let submitter = client.submitter(collector.sink)
      submitter.submit((0..<8).map { HTTPCall(id: $0, request: HTTPRequest(url: server.url, timeout: Patience.limit)) })
      try await eventually { collector.completions.count == 3 }
      #expect(Set(collector.completions.map(\.id)) == [5, 6, 7])
      #expect(collector.completions.allSatisfy { $0.failure == .overloaded })
      #expect(client.openCalls == 5)
      // A waiting call and a running one: both end, and leave room.
      submitter.cancel([0, 4])
      try await eventually { collector.completions.filter { $0.failure == .cancelled }.count == 2 }
      try await eventually { client.openCalls == 3 }
      submitter.submit([HTTPCall(id: 9, request: HTTPRequest(url: server.url, timeout: .milliseconds(100)))])
      try await eventually { collector.completions.last?.failure == .timeout(.queue) }
    }
  }

  @Test func aSlowHostDoesNotHoldUpAnother() async throws {
    let quick = try ScriptedServer { _, connection in
      connection.answer()
      return true
    }
    defer { quick.stop() }
    try await withClient({
      $0.callsPerHost = 4
      $0.callsInFlight = 8
    }) { _, connection in
      connection.pause(.seconds(300))
    } _: { slow, client in
      let collector = Collector()
      let submitter = client.submitter(collector.sink)
      submitter.submit((0..<100).map { HTTPCall(id: $0, request: HTTPRequest(url: slow.url, timeout: Patience.limit)) })
      submitter.submit(
        (100..<200).map { HTTPCall(id: $0, request: HTTPRequest(url: quick.url, timeout: Patience.limit)) })
      try await eventually { collector.completions.filter { $0.status == 200 }.count == 100 }
      #expect(slow.connectionCount <= 4)
      #expect(quick.connectionCount <= 4)
    }
  }

  @Test func whatMustNotBeSentIsRefused() async throws {
    let client = HTTPCaller(logger: .silent)
    let url = "http://127.0.0.1:1/"
    for header in [
      ("X-A", "a\r\nX-B: c"), ("X-A", "a\nb"), ("X-A", "a\0b"), ("X A", "b"), ("", "b"), ("X:", "b"),
      ("Content-Length", "3"), ("transfer-encoding", "chunked"),
    ] {
      #expect(await failure(client, HTTPRequest(url: url, headers: [header]))?.kind == .badRequest)
    }
    for method in ["", "GE T", "GET\r\n", "CONNECT"] {
      #expect(await failure(client, HTTPRequest(method: method, url: url))?.kind == .badRequest)
    }
    for url in [
      "", "ftp://127.0.0.1/", "file:///etc/passwd", "http:/a", "http://", "http://a b/", "http://a/\r\n",
      "http://user:secret@127.0.0.1/", "http://127.0.0.1/ü", "127.0.0.1", "http://127.0.0.1:99999/",
    ] {
      let error = await failure(client, HTTPRequest(url: url))
      #expect(error?.kind == .badURL, "\(url)")
      #expect(error?.mayHaveReachedServer == false)
    }
    await client.stop(within: .zero)
  }

  @Test func segmentsAreEncoded() {
    #expect(HTTPRequest.percentEncoded("aZ09-._~") == "aZ09-._~")
    #expect(HTTPRequest.percentEncoded("a/b?c#d e%ü") == "a%2Fb%3Fc%23d%20e%25%C3%BC")
    #expect(HTTPRequest.percentEncoded("..") == "%2E%2E")
    #expect(HTTPRequest.percentEncoded("") == "")
  }
}
