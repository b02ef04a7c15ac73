internal import HTTPServer
internal import Telemetry
internal import TestKit
internal import Testing

@Suite(.timeLimit(.minutes(5)))
struct BasicsTests {
  private static let routes: [Route] = [
    .immediate(.get, "/hello") { _ in .text("hello") },
    .immediate(.get, "/items/{gtin}/parts/{part}") { request in
      .text(
        "\(request.parameter("gtin"))|\(request.parameter("part"))|\(request.query.all("q").joined(separator: ","))")
    },
    .immediate(.post, "/echo", .init(body: .buffered(maxBytes: 100))) { request in
      .bytes(request.bytes, contentType: request.headers["content-type"] ?? "none")
    },
    .immediate(.delete, "/hello") { _ in .empty() },
    .immediate(.get, "/inject") { request in .text("x").with("X-Test", request.query["v"] ?? "") },
    .immediate(.get, "/inject-raw") { _ in .text("x").with("X-Test", "a\r\nSet-Cookie: b") },
    .immediate(.get, "/length") { _ in .text("x").with("content-length", "5") },
    Route(.get, "/later") { request in .text("later to \(request.peerAddress)") },
    .immediate(.get, "/none", .init(body: .none)) { _ in .text("none") },
  ]

  @Test func answersOnOneConnectionAgainAndAgain() async throws {
    try await serving(Self.routes) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        for _ in 0..<3 {
          let hello = try client.get("/hello")
          #expect(hello.status == 200)
          #expect(hello.text == "hello")
          #expect(hello.header("content-type") == "text/plain; charset=utf-8")
          #expect(hello.header("date") != nil)
          #expect(try client.get("/later").text == "later to 127.0.0.1")
        }
      }
      #expect(server.statistics.connectionsAccepted == 1)
      try await eventually { server.statistics.requestsInFlight == 0 }
      #expect(server.statistics.requests == 6)
      #expect(server.statistics.responses[2] == 6)
    }
  }

  @Test func answersPipelinedRequestsInOrder() async throws {
    try await serving(Self.routes) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        let get = " HTTP/1.1\r\nHost: t\r\n\r\n"
        try client.send("GET /later\(get)GET /hello\(get)GET /later\(get)GET /items/1/parts/2\(get)")
        #expect(try client.response().text == "later to 127.0.0.1")
        #expect(try client.response().text == "hello")
        #expect(try client.response().text == "later to 127.0.0.1")
        #expect(try client.response().text == "1|2|")
      }
    }
  }

  @Test func headHasTheHeadersAlone() async throws {
    try await serving(Self.routes) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        try client.send("HEAD /hello HTTP/1.1\r\nHost: t\r\n\r\n")
        let response = try client.response(head: true)
        #expect(response.status == 200)
        #expect(response.header("content-length") == "5")
        #expect(try client.get("/hello").text == "hello")
      }
    }
  }

  @Test func unknownPathsAndMethods() async throws {
    try await serving(Self.routes) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        let missing = try client.get("/missing")
        #expect(missing.status == 404)
        #expect(missing.header("content-type") == "application/problem+json")
        #expect(missing.text.contains(#""code":"not_found""#))
        try client.send("PUT /hello HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc")
        let refused = try client.response()
        #expect(refused.status == 405)
        #expect(refused.header("allow") == "DELETE, GET, HEAD")
        // The refused body was read, and the connection goes on.
        #expect(try client.get("/hello").text == "hello")
      }
      #expect(server.statistics.requestsRefused == 2)
    }
  }

  @Test(arguments: [("X-Empty", ""), ("X Blank", "a"), ("X-Break", "a\r\nb"), ("Content-Length", "1")])
  func aResponseThatCannotBeSentIsAnError(_ name: String, _ value: String) async throws {
    let route = Route.immediate(.get, "/bad") { _ in .text("text").with(name, value) }
    try await serving([route]) { server in
      let port = server.port
      let response = try await blocking { try RawClient(port).get("/bad") }
      #expect(response.status == 500)
      #expect(response.text.contains("bad_response"))
    }
  }

  @Test func fallbackAnswersUnknownPaths() async throws {
    try await serving(Self.routes, fallback: .immediate(.get, "/") { .text("fallback \($0.path)") }) { server in
      let port = server.port
      let text = try await blocking { try RawClient(port).get("/a%20b/c?d").text }
      #expect(text == "fallback /a%20b/c")
    }
  }

  @Test func decodesParametersAndQueries() async throws {
    try await serving(Self.routes) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        #expect(try client.get("/items/a%2Fb/parts/%C3%A9?q=1&r=2&q=x+y%26").text == "a/b|é|1,x y&")
        for path in ["/items/a%00b/parts/1", "/items/%0d/parts/1", "/items/%zz/parts/1", "/items/%C3/parts/1", "/../a"]
        {
          let response = try client.get(path)
          #expect(response.status == 400, "\(path)")
          #expect(response.text.contains("bad_target"))
        }
        #expect(try client.get("http://example.org/hello").text == "hello")
      }
    }
  }

  @Test func refusesHeadersThatWouldSplitTheResponse() async throws {
    try await serving(Self.routes) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        for path in ["/inject-raw", "/length"] {
          let response = try client.get(path)
          #expect(response.status == 500)
          #expect(response.header("set-cookie") == nil)
        }
        #expect(try client.get("/inject?v=%0d%0aSet-Cookie:%20b").status == 400)
        #expect(try client.get("/inject?v=fine").header("x-test") == "fine")
      }
    }
  }

  @Test func takesBuffersUpToTheirLimit() async throws {
    try await serving(Self.routes) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        try client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Type: a/b\r\nContent-Length: 100\r\n\r\n")
        try client.send([UInt8](repeating: 7, count: 100))
        let echo = try client.response()
        #expect(echo.body == [UInt8](repeating: 7, count: 100))
        #expect(echo.header("content-type") == "a/b")
        try client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 101\r\n\r\n")
        try client.send([UInt8](repeating: 7, count: 101))
        #expect(try client.response().status == 413)
        try client.send("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in 0..<3 { try client.send("32\r\n" + String(repeating: "x", count: 50) + "\r\n") }
        try client.send("0\r\n\r\n")
        let tooLarge = try client.response()
        #expect(tooLarge.status == 413)
        #expect(tooLarge.text.contains(#""maxBytes":100"#))
        try client.send("GET /none HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nab")
        #expect(try client.response().status == 413)
        #expect(try client.get("/none").text == "none")
      }
    }
  }

  @Test func gatesRefuseBeforeTheBody() async throws {
    let routes = [
      Route(.post, "/upload", .init(admit: { $0.headers["X-Type"] == "grid" ? nil : .empty(status: 415) })) { _ in
        .text("taken")
      }
    ]
    let admit: @Sendable (HTTPRequestHead) -> HTTPServerResponse? = {
      $0.headers["authorization"] == nil ? .problem(status: 401, code: "no_key", title: "No key") : nil
    }
    try await serving(routes, admit: admit) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        let start = "POST /upload HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n"
        try client.send(start + "\r\nab")
        #expect(try client.response().status == 401)
        try client.send(start + "Authorization: k\r\n\r\nab")
        #expect(try client.response().status == 415)
        try client.send(start + "Authorization: k\r\nX-TYPE: grid\r\n\r\nab")
        #expect(try client.response().text == "taken")
      }
    }
  }

  @Test func expectationsAreAnsweredBeforeTheBody() async throws {
    try await serving(Self.routes) { server in
      let port = server.port
      try await blocking {
        let refused = try RawClient(port)
        try refused.send("POST /missing HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n")
        #expect(try refused.response().status == 404)
        #expect(try refused.receiveAll().isEmpty)
        let welcome = try RawClient(port)
        try welcome.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        #expect(try welcome.response().status == 100)
        try welcome.send("ok")
        #expect(try welcome.response().text == "ok")
      }
    }
  }

  @Test func aTakenPortIsNamed() async throws {
    try await serving(Self.routes) { server in
      let second = HTTPServer(
        configuration: HTTPServerConfiguration(port: server.port), routes: Self.routes, logger: .silent)
      let error = #expect(throws: HTTPServerError.self) { try second.start() }
      #expect(error?.code == .addressInUse)
      #expect(error?.description.contains("127.0.0.1:\(server.port)") == true)
      let wrong = HTTPServer(
        configuration: HTTPServerConfiguration(host: "192.0.2.1"), routes: [], logger: .silent)
      #expect(throws: HTTPServerError.self) { try wrong.start() }
    }
  }
}
