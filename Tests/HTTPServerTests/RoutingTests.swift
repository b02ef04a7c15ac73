internal import HTTPServer
internal import Testing

@Suite(.timeLimit(.minutes(5)))
struct RoutingTests {
  @Test func theMoreExactRouteWins() async throws {
    let routes: [Route] = [
      .immediate(.get, "/") { _ in .text("root") },
      .immediate(.get, "/items/{id}") { .text("item \($0.parameter("id"))") },
      .immediate(.post, "/items/search") { _ in .text("search") },
      .immediate(.get, "/items/new") { _ in .text("new") },
      .immediate(.get, "/items/{id}/log") { .text("log of \($0.parameter("id"))") },
      .immediate(.get, "/files/{path*}") { .text("file \($0.parameter("path"))") },
      .immediate(.head, "/files/{path*}") { _ in .empty() },
    ]
    let expected: [(path: String, answer: String)] = [
      ("/", "root"), ("/items/7", "item 7"), ("/items/new", "new"), ("/items/new/log", "log of new"),
      ("/items/search", "item search"), ("/files/a/b.css", "file a/b.css"), ("/items/", "404"), ("/items", "404"),
      ("/files", "404"), ("/items/7/", "404"), ("//", "404"),
    ]
    try await serving(routes) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        for (path, answer) in expected {
          let response = try client.get(path)
          #expect(answer == (response.status == 200 ? response.text : "\(response.status)"), "\(path)")
        }
        try client.send("DELETE /items/search HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(try client.response().header("allow") == "GET, HEAD, POST")
        try client.send("HEAD /files/a HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(try client.response(head: true).status == 204)
      }
    }
  }

  @Test func problemsAreJSON() {
    let problem = HTTPServerResponse.problem(
      status: 422, code: "bad_value", title: "A \"bad\"\nvalue", detail: "\u{1}é",
      extra: ["line": 7, "field": "gtin", "final": true])
    guard case .bytes(let bytes) = problem.body else {
      Issue.record("not bytes")
      return
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let members =
      #"{"type":"about:blank","title":"A \"bad\"\u000avalue","status":422,"code":"bad_value","detail":"\u0001é","#
      + #""line":7,"field":"gtin","final":true}"#
    #expect(text == members)
    #expect(problem.status == 422)
  }

  /// A client of the world outside: it asks with Expect before large bodies, and sends chunks when it does not know.
  @Test func curlUploads() async throws {
    let routes = [
      Route(.put, "/upload", .init(body: .streamed(maxBytes: 1 << 30))) { request in
        var count = 0
        while let chunk = try? await request.body.next() { count += chunk.count }
        return .text("\(count) \(request.head.contentLength.map { "\($0)" } ?? "chunked")")
      },
      Route(.put, "/closed", .init(admit: { _ in .empty(status: 401) })) { _ in .text("taken") },
    ]
    try await serving(routes) { server in
      let zeros = "head -c 5000000 /dev/zero | curl -sS -m 120 -w ' %{http_code}'"
      let base = "http://127.0.0.1:\(server.port)"
      #expect(try await run("\(zeros) -T - \(base)/upload 2>&1") == "5000000 chunked 200")
      let known = try await run("\(zeros) -X PUT --data-binary @- -H 'Expect: 100-continue' \(base)/upload 2>&1")
      #expect(known == "5000000 5000000 200")
      #expect(try await run("\(zeros) -T - \(base)/closed 2>&1") == " 401")
    }
  }
}
