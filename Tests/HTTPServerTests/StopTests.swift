internal import Glibc
internal import HTTPServer
internal import Telemetry
internal import TestKit
internal import Testing

@Suite(.timeLimit(.minutes(5)), .serialized)
struct StopTests {
  private func start(_ routes: [Route], linger: Duration = .milliseconds(250)) throws -> HTTPServer {
    var configuration = HTTPServerConfiguration()
    configuration.stopLinger = linger
    let server = HTTPServer(configuration: configuration, routes: routes, logger: .silent)
    try server.start()
    return server
  }

  /// Every request that the server has taken up is answered, and no connection is told to stay.
  @Test func losesNoAnswerUnderLoad() async throws {
    let handled = Box(0)
    let work = Route(.post, "/work") { request in
      try? await Task.sleep(for: .milliseconds(2))
      handled.update { $0 += 1 }
      return .bytes(request.bytes, contentType: "a/b")
    }
    // However late a client sends its last request; it ends with the last client.
    let server = try start([work], linger: .seconds(60))
    let port = server.port
    let answered = Box(0)
    let lost = Box(0)
    let connected = Box(0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<16 {
        group.addTask {
          try await blocking {
            let client = try RawClient(port)
            connected.update { $0 += 1 }
            while true {
              do {
                try client.send("POST /work HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhello")
                let response = try client.response()
                guard response.text == "hello" else { return lost.update { $0 += 1 } }
                answered.update { $0 += 1 }
                if response.header("connection")?.lowercased() == "close" { return }
              } catch {
                return lost.update { $0 += 1 }
              }
            }
          }
        }
      }
      group.addTask {
        // Whatever comes, the clients go on until the server has stopped.
        try? await eventually { connected.current == 16 && answered.current > 500 }
        await server.stop(within: .seconds(120))
      }
      try await group.waitForAll()
    }
    #expect(answered.current > 500)
    #expect(lost.current == 0)
    #expect(answered.current == handled.current)
    #expect(server.statistics.connectionsOpen == 0)
    #expect(server.statistics.requestsInFlight == 0)
    await #expect(throws: RawClient.Failure.self) { try await blocking { _ = try RawClient(port) } }
  }

  @Test func waitsForRequestsUnderWay() async throws {
    let (began, mayAnswer) = (Box(false), Box(false))
    let server = try start([
      Route(.get, "/slow") { _ in
        began.set(true)
        try? await eventually { mayAnswer.current }
        return .text("done")
      }
    ])
    let port = server.port
    async let answer = blocking {
      let response = try RawClient(port).get("/slow")
      return "\(response.text) \(response.header("connection") ?? "")"
    }
    try await eventually { began.current }
    async let stopped: Void = server.stop(within: .seconds(300))
    // The listening socket is closed as the stop begins.
    try await eventually { (try? RawClient(port)) == nil }
    mayAnswer.set(true)
    await stopped
    #expect(try await answer == "done close")
  }

  @Test func endsEventStreamsInGoodOrder() async throws {
    let cancelled = Box(false)
    let server = try start([
      Route.immediate(.get, "/events") { _ in
        .events { stream in
          try await stream.send(HTTPServerEvent(data: "hello"))
          try? await Task.sleep(for: .seconds(300))
          cancelled.set(Task.isCancelled)
        }
      }
    ])
    let port = server.port
    let began = Box(false)
    async let rest = blocking {
      let client = try RawClient(port)
      try client.send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n")
      _ = try client.receive(until: "hello")
      began.set(true)
      return String(decoding: try client.receiveAll(), as: UTF8.self)
    }
    try await eventually { began.current }
    let clock = ContinuousClock()
    let time = await clock.measure { await server.stop(within: .seconds(300)) }
    #expect(time < .seconds(60))
    #expect(try await rest.hasSuffix("0\r\n\r\n"))
    #expect(cancelled.current)
  }

  /// Asked for before the stop, and begun after it.
  @Test func endsEventStreamsThatBeginWhileItStops() async throws {
    let (isAsked, mayAnswer) = (Box(false), Box(false))
    let server = try start([
      Route(.get, "/events") { _ in
        isAsked.set(true)
        try? await eventually { mayAnswer.current }
        return .events { stream in
          try await stream.send(HTTPServerEvent(data: "hello"))
          try? await Task.sleep(for: .seconds(300))
        }
      }
    ])
    let port = server.port
    async let rest = blocking {
      let client = try RawClient(port)
      try client.send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n")
      return String(decoding: try client.receiveAll(), as: UTF8.self)
    }
    try await eventually { isAsked.current }
    let began = ContinuousClock.now
    async let stopped: Void = server.stop(within: .seconds(300))
    // The listening socket is closed as the stop begins.
    try await eventually { (try? RawClient(port)) == nil }
    mayAnswer.set(true)
    await stopped
    #expect(ContinuousClock.now - began < .seconds(60))
    #expect(try await rest.hasSuffix("0\r\n\r\n"))
  }

  @Test func everyoneWhoStopsItWaits() async throws {
    let (began, mayAnswer, ended) = (Box(false), Box(false), Box(false))
    let server = try start([
      Route(.get, "/slow") { _ in
        began.set(true)
        try? await eventually { mayAnswer.current }
        ended.set(true)
        return .text("done")
      }
    ])
    let port = server.port
    async let answer = blocking { try RawClient(port).get("/slow").text }
    try await eventually { began.current }
    let asked = Box(0)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<3 {
        group.addTask {
          asked.update { $0 += 1 }
          await server.stop(within: .seconds(300))
          return ended.current
        }
      }
      try await eventually { asked.current == 3 && (try? RawClient(port)) == nil }
      mayAnswer.set(true)
      for try await hadEnded in group { #expect(hadEnded) }
    }
    #expect(try await answer == "done")
    await server.stop()
  }

  @Test func cutsOffWhatIsNotDoneInTime() async throws {
    let cancelled = Box(false)
    let began = Box(0)
    let server = try start([
      Route(.get, "/stuck") { _ in
        began.update { $0 += 1 }
        try? await Task.sleep(for: .seconds(300))
        cancelled.set(Task.isCancelled)
        return .text("late")
      },
      Route.callback(.get, "/never") { _, _ in began.update { $0 += 1 } },
      Route(.put, "/upload", .init(body: .streamed(maxBytes: 1 << 30))) { _ in
        began.update { $0 += 1 }
        try? await Task.sleep(for: .seconds(300))
        return .text("late")
      },
    ])
    let port = server.port
    let heads = ["GET /stuck", "GET /never", "PUT /upload"]
    async let answers = withThrowingTaskGroup(of: [UInt8].self, returning: [[UInt8]].self) { group in
      for head in heads {
        group.addTask {
          try await blocking {
            let client = try RawClient(port)
            let length = head.hasPrefix("PUT") ? 1_000_000 : 0
            try client.send("\(head) HTTP/1.1\r\nHost: t\r\nContent-Length: \(length)\r\n\r\n")
            if length > 0 { try client.send([UInt8](repeating: 0, count: 400_000)) }
            return try client.receiveAll()
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    try await eventually { began.current == 3 }
    let time = await ContinuousClock().measure { await server.stop(within: .milliseconds(200)) }
    #expect(time < .seconds(60))
    #expect(cancelled.current)
    #expect(try await answers == [[], [], []])
  }

  @Test func aServerThatIsLetGoOfStops() async throws {
    var server: HTTPServer? = try start([.immediate(.get, "/now") { _ in .text("now") }])
    let port = server?.port ?? 0
    #expect(try await blocking { try RawClient(port).get("/now").text } == "now")
    server = nil
    try await eventually { (try? RawClient(port)) == nil }
  }
}
