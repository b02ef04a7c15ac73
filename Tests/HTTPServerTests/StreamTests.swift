internal import HTTPServer
internal import TestKit
internal import Testing

/// Responses that are written while they are sent.
@Suite(.timeLimit(.minutes(5)), .serialized)
struct StreamTests {
  @Test func streamsOfKnownAndUnknownLength() async throws {
    let text = String(repeating: "0123456789", count: 10_000)
    let routes = [
      Route.immediate(.get, "/unknown") { _ in
        .stream(contentType: "text/csv") { writer in for _ in 0..<10 { try await writer.write(text) } }
      },
      Route(.get, "/known") { _ in
        .stream(contentType: "text/csv", length: text.utf8.count) { writer in try await writer.write(text) }
      },
    ]
    try await serving(routes, configure: { $0.streamBufferBytes = 4_096 }) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        for _ in 0..<3 {
          let unknown = try client.get("/unknown")
          #expect(unknown.header("transfer-encoding") == "chunked")
          #expect(unknown.text == String(repeating: text, count: 10))
          let known = try client.get("/known")
          #expect(known.header("content-length") == "100000")
          #expect(known.text == text)
        }
        try client.send("HEAD /known HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(try client.response(head: true).header("content-length") == "100000")
        #expect(try client.get("/known").text == text)
        let old = try RawClient(port)
        try old.send("GET /unknown HTTP/1.0\r\n\r\n")
        #expect(try old.response().text == String(repeating: text, count: 10))
      }
      try await eventually { server.statistics.requestsInFlight == 0 }
    }
  }

  @Test func aSlowReaderHoldsTheWriterBack() async throws {
    let written = Box(0)
    let failure = Box<HTTPStreamError?>(nil)
    let routes = [
      Route.immediate(.get, "/big") { _ in
        .stream(contentType: "a/b") { writer in
          let block = [UInt8](repeating: 1, count: 65_536)
          do {
            for _ in 0..<1_000 {
              try await writer.write(block)
              written.update { $0 += 1 }
            }
          } catch let error as HTTPStreamError {
            failure.set(error)
            throw error
          }
        }
      }
    ]
    try await serving(routes, configure: { $0.sendDeadline = .milliseconds(800) }) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port, receiveBuffer: 65_536)
        try client.send("GET /big HTTP/1.1\r\nHost: t\r\n\r\n")
        try waitUntil { written.current > 0 }
        // Reads a little, then nothing more: the server gives up on it.
        #expect(try client.receive().count > 0)
        try waitUntil { failure.current != nil }
        #expect(written.current < 500)
      }
      #expect(failure.current == .deadline)
      #expect(server.statistics.deadlinesPassed == 1)
    }
  }

  @Test func aWriterThatFailsCutsTheBody() async throws {
    struct Broken: Error {}
    let routes = [
      Route.immediate(.get, "/broken") { _ in
        .stream(contentType: "a/b") { writer in
          try await writer.write("half")
          throw Broken()
        }
      }
    ]
    try await serving(routes) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        #expect(throws: RawClient.Failure.self) { try client.get("/broken") }
      }
    }
  }

  @Test func sendsEventsAndHeartbeats() async throws {
    let more = Box(false)
    let ended = Box<String>("")
    let routes = [
      Route.immediate(.get, "/events") { _ in
        .events(heartbeat: .milliseconds(100)) { stream in
          do {
            try await stream.send(HTTPServerEvent(event: "progress", data: "one\ntwo", id: "7"))
            await #expect(throws: HTTPStreamError.invalidEvent) {
              try await stream.send(HTTPServerEvent(data: "", id: "a\nb"))
            }
            try await eventually("more is wanted") { more.current }
            try await stream.send(HTTPServerEvent(data: "more"))
            try await Task.sleep(for: .seconds(300))
          } catch {
            ended.set("\(error)")
          }
        }
      }
    ]
    try await serving(routes, configure: { $0.headerDeadline = .milliseconds(500) }) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        try client.send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n")
        let start = try client.receive(until: "data: two\n\n")
        #expect(start.contains("Content-Type: text/event-stream"))
        #expect(start.contains("event: progress\nid: 7\ndata: one\ndata: two\n\n"))
        // The head's deadline passes meanwhile: it is not the stream's.
        for _ in 0..<8 { _ = try client.receive(until: ":\n\n") }
        more.set(true)
        _ = try client.receive(until: "data: more\n\n")
        client.reset()
      }
      try await eventually { ended.current == "CancellationError()" && server.statistics.connectionsOpen == 0 }
      #expect(server.statistics.clientsGone == 1)
    }
  }
}
