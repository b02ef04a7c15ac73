internal import HTTPServer
internal import Testing

/// Heads that another server before this one could read differently.
@Suite(.timeLimit(.minutes(5)))
struct SmugglingTests {
  private static let post = "POST /echo HTTP/1.1\r\n"
  static let heads: [(head: String, status: Int)] = [
    (post + "Host: t\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400),
    (post + "Host: t\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    (post + "Host: t\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
    (post + "Host: t\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
    (post + "Host: t\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nab", 400),
    (post + "Host: t\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", 400),
    (post + "Host: t\r\nTransfer-Encoding:\u{0B}chunked\r\n\r\n0\r\n\r\n", 400),
    (post + "Host: t\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
    (post + "Host: t\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab", 400),
    (post + "Host: t\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nab", 400),
    (post + "Host: t\r\nContent-Length: +2\r\n\r\nab", 400),
    (post + "Host: t\r\nContent-Length: 2, 2\r\n\r\nab", 400),
    (post + "Host: t\r\nContent-Length: -2\r\n\r\nab", 400),
    (post + "Host: t\r\nContent-Length: 0x2\r\n\r\nab", 400),
    (post + "Host: t\r\nContent-Length : 2\r\n\r\nab", 400),
    (post + "Host: t\r\nX-A: b\r\n Content-Length: 2\r\n\r\n", 400),
    (post + "Host: t\r\nX-A: b\r\n\tfolded\r\n\r\n", 400),
    (post + "Host: t\r\nX A: b\r\n\r\n", 400),
    (post + "Host: t\r\nX-A: b\u{01}c\r\n\r\n", 400),
    (post + "Host: a\r\nHost: b\r\n\r\n", 400),
    (post + "Host: a b\r\n\r\n", 400),
    (post + "Host: a/b\r\n\r\n", 400),
    (post + "Content-Length: 0\r\n\r\n", 400),
    ("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("POST /echo HTTP/1.2\r\nHost: t\r\n\r\n", 505),
    ("POST /echo HTTP/2.0\r\nHost: t\r\n\r\n", 505),
    ("POST /echo\r\n\r\n", 400),
    ("POST /echo\u{00}/more HTTP/1.1\r\nHost: t\r\n\r\n", 400),
    ("POST /echo\u{00}HTTP/1.1 HTTP/1.1\r\nHost: t\r\n\r\n", 400),
    ("POST\u{00}X /echo HTTP/1.1\r\nHost: t\r\n\r\n", 400),
    (post + "Host: t\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n", 400),
    (post + "Host: t\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nab\r\n0\r\n\r\n", 400),
    (post + "Host: t\r\nTransfer-Encoding: chunked\r\n\r\n0x2\r\nab\r\n0\r\n\r\n", 400),
    (post + "Host: t\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000002\r\nab\r\n0\r\n\r\n", 413),
  ]

  @Test(arguments: heads)
  func refuses(_ sample: (head: String, status: Int)) async throws {
    let called = Box(false)
    let routes = [
      Route.immediate(.post, "/echo") { _ in
        called.set(true)
        return .text("taken")
      },
      Route.immediate(.get, "/smuggled") { _ in
        called.set(true)
        return .text("smuggled")
      },
    ]
    try await serving(routes) { server in
      let port = server.port
      let answer = try await blocking {
        let client = try RawClient(port)
        // What follows must not be read as a request of its own.
        try client.send(sample.head + "GET /smuggled HTTP/1.1\r\nHost: t\r\n\r\n")
        return String(decoding: try client.receiveAll(), as: UTF8.self)
      }
      // The library ends some connections without a word, which is as good.
      #expect(
        answer.isEmpty || answer.hasPrefix("HTTP/1.") && answer.dropFirst(9).hasPrefix("\(sample.status)"), "\(answer)")
      #expect(!called.current)
    }
  }

  @Test func ordinaryHeadsPass() async throws {
    let routes = [Route.immediate(.post, "/echo") { .bytes($0.bytes, contentType: "a/b") }]
    try await serving(routes) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        try client.send("POST /echo HTTP/1.1\r\nhost:t:80\r\nX-Empty:\r\nX-Blank:   a  \r\nCONTENT-LENGTH:2\r\n\r\nab")
        #expect(try client.response().text == "ab")
        try client.send(
          "POST /echo HTTP/1.1\r\nHost: [::1]:8080\r\ntransfer-encoding: Chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n")
        #expect(try client.response().text == "ab")
        let old = try RawClient(port)
        try old.send("POST /echo HTTP/1.0\r\nContent-Length: 2\r\n\r\nab")
        #expect(try old.response().text == "ab")
      }
    }
  }
}
