internal import Glibc
internal import HTTPServer
internal import TestKit
internal import Testing

/// Deadlines against slow clients, and limits on connections.
@Suite(.timeLimit(.minutes(5)))
struct LimitTests {
  private static let routes: [Route] = [
    .immediate(.get, "/now") { _ in .text("now") },
    .immediate(.post, "/echo") { .bytes($0.bytes, contentType: "a/b") },
  ]

  /// Sends a byte now and then until the server has enough of it.
  /// - Returns: whether all were sent, the longest time between two of them, and what came back.
  private func drip(
    _ text: String, to port: Int, first: String = ""
  ) async throws -> (isSent: Bool, longestPause: Duration, answer: String) {
    try await blocking {
      let client = try RawClient(port)
      if !first.isEmpty { try client.send(first) }
      var (isSent, longest, last) = (false, Duration.zero, ContinuousClock.now)
      do {
        for byte in text.utf8 {
          try client.send([byte])
          usleep(20_000)
          longest = max(longest, last.duration(to: .now))
          last = .now
        }
        isSent = true
      } catch is RawClient.Failure {}
      return (isSent, longest, String(decoding: try client.receiveAll(), as: UTF8.self))
    }
  }

  /// Takes minutes to drip.
  private static let endless = String(repeating: "x", count: 10_000)

  @Test func aByteAtATimeDoesNotKeepAHeadAlive() async throws {
    try await serving(Self.routes, configure: { $0.headerDeadline = .milliseconds(300) }) { server in
      let start = "GET /now HTTP/1.1\r\nHost: t\r\nX-Long: "
      let inHead = try await drip(Self.endless, to: server.port, first: start)
      #expect(!inHead.isSent)
      #expect(inHead.answer.isEmpty)
      let inLine = try await drip(Self.endless, to: server.port)
      #expect(!inLine.isSent)
      try await eventually { server.statistics.connectionsOpen == 0 }
      #expect(server.statistics.deadlinesPassed == 1)
    }
  }

  @Test func aByteAtATimeDoesNotKeepABodyAlive() async throws {
    try await serving(Self.routes, configure: { $0.bodyDeadline = .milliseconds(300) }) { server in
      let head = "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: \(Self.endless.utf8.count)\r\n\r\n"
      let result = try await drip(Self.endless, to: server.port, first: head)
      #expect(!result.isSent)
      #expect(result.answer.isEmpty)
      #expect(server.statistics.deadlinesPassed == 1)
    }
  }

  @Test func aBodyMayBeSlowButNotSilent() async throws {
    try await serving(Self.routes, configure: { $0.bodyIdleDeadline = .milliseconds(300) }) { server in
      let port = server.port
      let head = "POST /echo HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: 40\r\n\r\n"
      var slow = try await drip(String(repeating: "x", count: 40), to: port, first: head)
      // On a machine that stalls it was silent indeed.
      for _ in 0..<10 where slow.longestPause > .milliseconds(100) {
        slow = try await drip(String(repeating: "x", count: 40), to: port, first: head)
      }
      #expect(slow.answer.hasPrefix("HTTP/1.1 200"), "\(slow)")
      let passed = server.statistics.deadlinesPassed
      let silent = try await blocking {
        let client = try RawClient(port)
        try client.send(head + "xxx")
        return try client.receiveAll()
      }
      #expect(silent.isEmpty)
      #expect(server.statistics.deadlinesPassed == passed + 1)
    }
  }

  /// A body is not late while its reader is.
  @Test func aSlowReaderIsNobodysSilence() async throws {
    let route = Route(.post, "/read", .init(body: .streamed(maxBytes: 1 << 30))) { request in
      try? await Task.sleep(for: .seconds(2))
      return .text("\((try? await request.body.collect(maxBytes: 1 << 30))?.count ?? -1)")
    }
    try await serving([route], configure: { $0.bodyIdleDeadline = .milliseconds(500) }) { server in
      let port = server.port
      let answer = try await blocking {
        let client = try RawClient(port)
        try client.send("POST /read HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: 1000000\r\n\r\n")
        try client.send([UInt8](repeating: 0x78, count: 1_000_000))
        return String(decoding: try client.receiveAll(), as: UTF8.self)
      }
      #expect(answer.hasSuffix("1000000"), "\(answer)")
    }
  }

  @Test func idleConnectionsAreClosed() async throws {
    try await serving(Self.routes, configure: { $0.idleTimeout = .milliseconds(500) }) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        _ = try client.get("/now")
        #expect(try client.receiveAll().isEmpty)
      }
      #expect(server.statistics.deadlinesPassed == 0)
    }
  }

  @Test func anAddressHasItsShare() async throws {
    try await serving(Self.routes, configure: { $0.maxConnectionsPerAddress = 3 }) { server in
      let port = server.port
      try await blocking {
        let clients = try (0..<3).map { _ in try RawClient(port) }
        for client in clients { #expect(try client.get("/now").status == 200) }
        let fourth = try RawClient(port)
        #expect(try fourth.receiveAll().isEmpty)
        #expect(try clients[0].get("/now").status == 200)
      }
      #expect(server.statistics.connectionsRefused == 1)
      try await eventually { server.statistics.connectionsOpen == 0 }
      #expect(try await blocking { try RawClient(port).get("/now").status } == 200)
    }
  }

  @Test func atTheLimitClientsWaitForTheirTurn() async throws {
    try await serving(Self.routes, configure: { $0.maxConnections = 2 }) { server in
      let port = server.port
      try await blocking {
        var clients = try (0..<2).map { _ in try RawClient(port) }
        for client in clients { #expect(try client.get("/now").status == 200) }
        let third = try RawClient(port)
        try third.send("GET /now HTTP/1.1\r\nHost: t\r\n\r\n")
        usleep(50_000)
        #expect(server.statistics.connectionsOpen == 2)
        clients.removeLast()
        #expect(try third.response().status == 200)
      }
      #expect(server.statistics.acceptPauses >= 1)
    }
  }

  @Test func headersHaveALimit() async throws {
    try await serving(Self.routes, configure: { $0.connectionMemory = 8_192 }) { server in
      let port = server.port
      let answer = try await blocking {
        let client = try RawClient(port)
        try client.send("GET /now HTTP/1.1\r\nHost: t\r\nX-Long: \(String(repeating: "x", count: 10_000))\r\n\r\n")
        return String(decoding: try client.receiveAll(), as: UTF8.self)
      }
      #expect(answer.isEmpty || answer.contains(" 431 ") || answer.contains(" 413 "))
    }
  }
}
