internal import HTTPCaller
internal import Synchronization
internal import Testing

@Suite(.timeLimit(.minutes(5)))
struct AnswerTests {
  @Test func aRequestArrivesAsItWasMade() async throws {
    try await withClient(script: { _, connection in
      connection.answer("201 Created", headers: "X-One: a\r\nx-two:  b \r\nRetry-After: 7\r\n", body: "hello")
      return true
    }) { server, client in
      let request = HTTPRequest(
        method: "POST", url: server.url + "/a/../b?c=d", headers: [("X-Key", "value"), ("X-Empty", "")],
        body: Array("body".utf8))
      let response = try await client.call(request)
      #expect(response.status == 201)
      #expect(response.body == Array("hello".utf8))
      #expect(response.version == .http1_1)
      #expect(response.header("X-TWO") == "b")
      #expect(response.header("retry-after") == "7")
      #expect(response.header("absent") == nil)
      #expect(response.headers.map(\.name) == ["Content-Length", "X-One", "x-two", "Retry-After"])
      let seen = try #require(server.requests.first)
      #expect(seen.method == "POST")
      #expect(seen.target == "/a/../b?c=d")
      #expect(seen.body == Array("body".utf8))
      #expect(seen.head.contains("X-Key: value"))
      #expect(seen.head.contains("X-Empty:"))
      #expect(!seen.head.contains("Expect"))
      #expect(!seen.head.contains("Content-Type"))
    }
  }

  @Test(arguments: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"], [0, 5, 2_000_000])
  func everyMethodGoesWithAndWithoutABody(method: String, size: Int) async throws {
    guard method != "HEAD" || size == 0 else { return }
    try await withClient(script: { request, connection in
      if request.method == "HEAD" {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
      } else {
        connection.answer(body: "\(request.body.count)")
      }
      return true
    }) { server, client in
      // Twice each, since a handle that was used before must forget how.
      for _ in 0..<2 {
        let body = [UInt8](repeating: 0x61, count: size)
        for idempotent in [true, false] {
          let request = HTTPRequest(method: method, url: server.url, body: body, isIdempotent: idempotent)
          let response = try await client.call(request)
          #expect(response.status == 200)
          if method != "HEAD" { #expect(response.body == Array("\(size)".utf8)) }
        }
        let plain = try await client.call(HTTPRequest(url: server.url))
        #expect(plain.body == Array("0".utf8))
      }
      #expect(server.requests.filter { $0.method == method }.count >= 4)
      #expect(server.requests.allSatisfy { !$0.head.contains("Expect") })
    }
  }

  @Test(arguments: [
    "204 No Content", "304 Not Modified", "302 Found", "404 Not Found", "500 Oops", "622 Own", "799 Own",
  ])
  func everyStatusIsAnAnswer(status: String) async throws {
    try await withClient(script: { _, connection in
      connection.send("HTTP/1.1 \(status)\r\nLocation: http://127.0.0.1:1/\r\n")
      let hasNoBody = status.hasPrefix("204") || status.hasPrefix("304")
      connection.send(hasNoBody ? "\r\n" : "Content-Length: 2\r\n\r\nhi")
      return true
    }) { server, client in
      for _ in 0..<2 {
        let response = try await client.call(HTTPRequest(url: server.url))
        #expect(response.status == Int(status.prefix(3)))
      }
      #expect(server.connectionCount == 1)
    }
  }

  @Test func interimAnswersAndTrailersAreNotTheAnswer() async throws {
    try await withClient(script: { _, connection in
      connection.send("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")
      connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Late: 2\r\n\r\n")
      connection.send("3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nX-Trailer: 3\r\n\r\n")
      return true
    }) { server, client in
      for _ in 0..<2 {
        let response = try await client.call(HTTPRequest(url: server.url))
        #expect(response.status == 200)
        #expect(response.body == Array("abcdefg".utf8))
        #expect(response.header("X-Early") == nil)
        #expect(response.header("X-Late") == "2")
        #expect(response.header("X-Trailer") == nil)
      }
      #expect(server.connectionCount == 1)
    }
  }

  @Test func aBodyUntilTheEndOfTheConnectionIsWhole() async throws {
    try await withClient(script: { _, connection in
      connection.send("HTTP/1.0 200 OK\r\n\r\nall there is")
      return false
    }) { server, client in
      let response = try await client.call(HTTPRequest(url: server.url))
      #expect(response.body == Array("all there is".utf8))
      #expect(response.version == .http1_0)
    }
  }

  @Test func cookiesAreNotKept() async throws {
    try await withClient(script: { _, connection in
      connection.answer(headers: "Set-Cookie: a=b\r\n")
      return true
    }) { server, client in
      for _ in 0..<2 { _ = try await client.call(HTTPRequest(url: server.url)) }
      #expect(server.requests.allSatisfy { !$0.head.contains("Cookie") })
    }
  }

  @Test func aGoodAnswersBodyGoesToWhoTakesIt() async throws {
    try await withClient(script: { request, connection in
      connection.answer(request.target == "/good" ? "200 OK" : "404 Not Found", body: "hello")
      return true
    }) { server, client in
      let taken = Taken()
      var request = HTTPRequest(url: server.url + "/good")
      request.onBody = { taken.take($0) }
      let good = try await client.call(request)
      #expect(good.body.isEmpty)
      #expect(taken.bytes == Array("hello".utf8))
      request.url = server.url + "/bad"
      let bad = try await client.call(request)
      #expect(bad.status == 404 && bad.body == Array("hello".utf8))
      #expect(taken.bytes.count == 5)
      request.url = server.url + "/good"
      request.onBody = { _ in false }
      #expect(await failure(client, request)?.kind == .cancelled)
      // The next call over the same handle has its body again.
      #expect(try await client.call(HTTPRequest(url: server.url + "/good")).body.count == 5)
    }
  }

  @Test(arguments: [true, false])
  func whatIsSentIsTold(isIdempotent: Bool) async throws {
    try await withClient(script: { request, connection in
      connection.answer(body: "\(request.body.count)")
      return true
    }) { server, client in
      let sent = Taken()
      let body = [UInt8](repeating: 0x61, count: 3_000_000)
      var request = HTTPRequest(method: "POST", url: server.url, body: body, isIdempotent: isIdempotent)
      request.onSent = { sent.note($0) }
      _ = try await client.call(request)
      #expect(sent.last == 3_000_000)
      #expect(sent.isRising)
    }
  }
}

/// What callbacks were given.
private final class Taken: Sendable {
  private let state = Mutex<(bytes: [UInt8], numbers: [Int])>(([], []))

  func take(_ piece: UnsafeRawBufferPointer) -> Bool {
    state.withLock { $0.bytes += piece }
    return true
  }

  func note(_ number: Int) { state.withLock { $0.numbers.append(number) } }

  var bytes: [UInt8] { state.withLock { $0.bytes } }
  var last: Int? { state.withLock { $0.numbers.last } }
  var isRising: Bool { state.withLock { zip($0.numbers, $0.numbers.dropFirst()).allSatisfy(<=) } }
}
