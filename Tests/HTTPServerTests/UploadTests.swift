internal import Glibc
internal import HTTPServer
internal import TestKit
internal import Testing

/// Bodies that a handler reads while they arrive, and bodies that nobody wants.
@Suite(.timeLimit(.minutes(5)), .serialized)
struct UploadTests {
  /// Counts a body's bytes, and says how it ended.
  private static func counting(
    at path: String = "/upload", maxBytes: Int = 1 << 40, deadline: Duration? = nil, _ outcome: Box<String>
  ) -> Route {
    Route(.put, path, .init(body: .streamed(maxBytes: maxBytes), bodyDeadline: deadline)) { request in
      var count = 0
      var sum = 0
      do {
        for try await chunk in request.body {
          count += chunk.count
          sum = chunk.reduce(sum) { $0 &+ Int($1) }
        }
        outcome.set("\(count) \(sum)")
        return .text("\(count) \(sum)")
      } catch {
        outcome.set("\(error)");
        return .problem(
          status: error as? HTTPStreamError == .tooLarge ? 413 : 400, code: "\(error)", title: "Upload failed")
      }
    }
  }

  @Test func twentyChunksInOneWrite() async throws {
    try await serving([Self.counting(Box(""))], configure: { $0.streamBufferBytes = 10 }) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        for _ in 0..<20 {
          var text = "PUT /upload HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
          for _ in 0..<20 { text += "5\r\n\u{1}\u{1}\u{1}\u{1}\u{1}\r\n" }
          try client.send(text + "0\r\n\r\n")
          #expect(try client.response().text == "100 100")
        }
      }
    }
  }

  @Test func aGiantUploadPassesWhole() async throws {
    let outcome = Box("")
    let routes = [
      Route(.put, "/upload", .init(body: .streamed(maxBytes: 1 << 40))) { request in
        var count = 0
        while let chunk = try? await request.body.next() { count += chunk.count }
        return .text("\(count)")
      }
    ]
    try await serving(routes) { server in
      let port = server.port
      let size = 200 << 20
      try await blocking {
        let client = try RawClient(port)
        try client.send("PUT /upload HTTP/1.1\r\nHost: t\r\nContent-Length: \(size)\r\n\r\n")
        let block = [UInt8](repeating: 1, count: 1 << 20)
        for _ in 0..<(size >> 20) { try client.send(block) }
        outcome.set(try client.response().text)
      }
      #expect(outcome.current == "\(size)")
    }
  }

  @Test func aSlowReaderHoldsTheClientBack() async throws {
    let outcome = Box("")
    let gate = Box(false)
    let routes = [
      Route(.put, "/upload", .init(body: .streamed(maxBytes: 1 << 40))) { request in
        try? await eventually { gate.current }
        var count = 0
        while let chunk = try? await request.body.next() { count += chunk.count }
        return .text("\(count)")
      }
    ]
    try await serving(routes) { server in
      let port = server.port
      let sent = Box(0)
      async let upload: Void = blocking {
        let client = try RawClient(port)
        try client.send("PUT /upload HTTP/1.1\r\nHost: t\r\nContent-Length: \(64 << 20)\r\n\r\n")
        let block = [UInt8](repeating: 1, count: 1 << 20)
        for _ in 0..<64 {
          try client.send(block)
          sent.update { $0 += 1 }
        }
        outcome.set(try client.response().text)
      }
      // The kernel's buffers take a few megabytes; after that the client stands still.
      var last = 0
      try await eventually("the client stands still") {
        try await Task.sleep(for: .milliseconds(200))
        defer { last = sent.current }
        return last > 0 && last == sent.current
      }
      #expect(sent.current < 32)
      gate.set(true)
      try await upload
      #expect(outcome.current == "\(64 << 20)")
    }
  }

  @Test func uploadsThatEndEarly() async throws {
    let outcome = Box("")
    let routes = [Self.counting(outcome), Self.counting(at: "/short", deadline: .milliseconds(200), outcome)]
    try await serving(routes) { server in
      let port = server.port
      let head = "PUT /upload HTTP/1.1\r\nHost: t\r\n"
      // The client goes away.
      try await blocking { try RawClient(port).send(head + "Content-Length: 10\r\n\r\nabc") }
      try await eventually { outcome.current == "disconnected" }
      // The client dawdles.
      try await blocking {
        let client = try RawClient(port)
        try client.send("PUT /short HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc")
        #expect(try client.receiveAll().isEmpty)
      }
      try await eventually { outcome.current == "deadline" }
      // The client speaks no HTTP.
      try await blocking {
        let client = try RawClient(port)
        try client.send(head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nxyz\r\n")
        #expect(!String(decoding: try client.receiveAll(), as: UTF8.self).contains(" 200 "))
      }
      try await eventually { outcome.current == "malformed" }
    }
  }

  /// The rest is thrown away once there is an answer, and a reader is told so.
  @Test func aReaderBehindItsOwnAnswerSeesNoWholeBody() async throws {
    let outcome = Box("")
    let route = Route.callback(.put, "/early", .init(body: .streamed(maxBytes: 1 << 20))) { request, responder in
      responder.respond(.text("early"))
      Task {
        do {
          var count = 0
          for try await chunk in request.body { count += chunk.count }
          outcome.set("\(count)")
        } catch { outcome.set("\(error)") }
      }
    }
    try await serving([route]) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        try client.send("PUT /early HTTP/1.1\r\nHost: t\r\nContent-Length: 100000\r\n\r\n")
        try client.send([UInt8](repeating: 0x78, count: 100_000))
        #expect(try client.response().text == "early")
      }
      try await eventually { !outcome.current.isEmpty }
      #expect(outcome.current == "cancelled")
    }
  }

  @Test func uploadsBeyondTheirLimit() async throws {
    let outcome = Box("")
    try await serving([Self.counting(maxBytes: 100, outcome)]) { server in
      let port = server.port
      let head = "PUT /upload HTTP/1.1\r\nHost: t\r\n"
      try await blocking {
        let client = try RawClient(port)
        try client.send(head + "Content-Length: 101\r\n\r\n" + String(repeating: "x", count: 101))
        #expect(try client.response().status == 413)
        #expect(outcome.current.isEmpty)
        let block = "40\r\n" + String(repeating: "x", count: 64) + "\r\n"
        try client.send(head + "Transfer-Encoding: chunked\r\n\r\n\(block)\(block)0\r\n\r\n")
        #expect(try client.response().status == 413)
      }
      #expect(outcome.current == "tooLarge")
    }
  }

  @Test func aHandlerMayAnswerBeforeItHasRead() async throws {
    let routes = [
      Route(.put, "/upload", .init(body: .streamed(maxBytes: 1 << 40))) { _ in .empty(status: 401) },
      Route.immediate(.get, "/now") { _ in .text("now") },
    ]
    try await serving(routes, configure: { $0.streamBufferBytes = 1_000 }) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        for _ in 0..<5 {
          try client.send("PUT /upload HTTP/1.1\r\nHost: t\r\nContent-Length: 3000000\r\n\r\n")
          try client.send([UInt8](repeating: 1, count: 3_000_000))
          #expect(try client.response().status == 401)
        }
        #expect(try client.get("/now").text == "now")
      }
    }
  }

  /// Python's client sends the whole body before it looks for an answer.
  @Test func aRefusalReachesAClientWithTenMegabytesToSend() async throws {
    let routes = [
      Route(.put, "/gate", .init(body: .buffered(maxBytes: 1 << 30), admit: { _ in .empty(status: 401) })) { _ in
        .text("taken")
      },
      Route(.put, "/handler", .init(body: .streamed(maxBytes: 1 << 30))) { _ in .empty(status: 401) },
      Route(.put, "/small", .init(body: .buffered(maxBytes: 1_000))) { _ in .text("taken") },
    ]
    try await serving(routes) { server in
      let script = """
        import http.client
        for path in ['/gate', '/handler', '/small', '/nowhere'] * 5:
          c = http.client.HTTPConnection('127.0.0.1', \(server.port), timeout=120)
          c.request('PUT', path, body=b'x' * 10_000_000)
          print(c.getresponse().status)
        """
      let answers = try await run("python3 -c \"\(script)\" 2>&1").split(separator: "\n").map(String.init)
      #expect(answers == [[String]](repeating: ["401", "401", "413", "404"], count: 5).flatMap { $0 })
    }
  }

  @Test func aRefusedBodyIsReadUpToACapAlone() async throws {
    try await serving([], configure: { $0.discardBytes = 100_000 }) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        try client.send("PUT /x HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n")
        let block = "2710\r\n" + String(repeating: "x", count: 10_000) + "\r\n"
        #expect(throws: RawClient.Failure.self) { for _ in 0..<10_000 { try client.send(block) } }
      }
      #expect(server.statistics.bodiesDropped == 1)
    }
    try await serving([], configure: { $0.discardDeadline = .milliseconds(100) }) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        try client.send("PUT /x HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc")
        #expect(try client.receiveAll().isEmpty)
      }
      #expect(server.statistics.deadlinesPassed == 1)
    }
  }
}
