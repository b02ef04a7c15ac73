internal import Glibc
internal import HTTPServer
internal import NativeThreads
internal import Synchronization
internal import TestKit
internal import Testing

/// Answers that come later, and clients that do not wait for them.
@Suite(.timeLimit(.minutes(5)))
struct HandlerTests {
  /// Collects responders until a number of them is there, and answers all at once.
  private final class Crowd: Sendable {
    private let waiting = Mutex<[HTTPResponder]>([])
    private let size: Int
    init(size: Int) { self.size = size }

    func join(_ responder: HTTPResponder) {
      let all = waiting.withLock { waiting in
        waiting.append(responder)
        defer { if waiting.count == size { waiting = [] } }
        return waiting.count == size ? waiting : []
      }
      guard !all.isEmpty else { return }
      _ = NativeThread(name: "crowd") {
        for responder in all { responder.respond(.text("together")) }
      }
    }
  }

  /// The numbers at which the library's own epoll thread stalls, and their neighbours.
  @Test(arguments: [127, 128, 129, 256])
  func answersManyAtOnce(_ count: Int) async throws {
    let crowd = Crowd(size: count)
    let routes: [Route] = [
      .callback(.get, "/crowd") { _, responder in crowd.join(responder) },
      .immediate(.get, "/now") { _ in .text("now") },
    ]
    try await serving(routes) { server in
      let port = server.port
      try await blocking {
        let clients = try (0..<count).map { _ in try RawClient(port) }
        for path in ["/crowd", "/now", "/crowd"] {
          for client in clients { try client.send("GET \(path) HTTP/1.1\r\nHost: t\r\n\r\n") }
          for client in clients { #expect(try client.response().status == 200) }
        }
      }
      #expect(server.statistics.responses[2] == 3 * count)
    }
  }

  @Test func theFirstAnswerCounts() async throws {
    let outcomes = Box<[Bool]>([])
    let routes = [
      Route.callback(.get, "/") { _, responder in
        outcomes.set([responder.respond(.text("first")), responder.respond(.text("second"))])
      }
    ]
    try await serving(routes) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        #expect(try client.get("/").text == "first")
        #expect(try client.get("/").text == "first")
      }
      #expect(outcomes.current == [true, false])
    }
  }

  @Test(arguments: [false, true])
  func aClientThatGoesAwayCancelsItsTask(byReset: Bool) async throws {
    let (began, cancelled) = (Box(false), Box(false))
    let routes = [
      Route(.get, "/slow") { _ in
        began.set(true)
        try? await Task.sleep(for: .seconds(300))
        cancelled.set(Task.isCancelled)
        return .text("late")
      },
      Route.immediate(.get, "/now") { _ in .text("now") },
    ]
    try await serving(routes) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        try client.send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n")
        try waitUntil { began.current }
        if byReset { client.reset() }
      }
      try await eventually { cancelled.current && server.statistics.connectionsOpen == 0 }
      #expect(server.statistics.clientsGone == 1)
      #expect(server.statistics.requestsInFlight == 0)
      #expect(try await blocking { try RawClient(port).get("/now").text } == "now")
    }
  }

  @Test func aSlowHandlerIsAnsweredFor() async throws {
    let (cancelled, isAnswered) = (Box(false), Box(false))
    let late = Box<Bool?>(nil)
    let routes = [
      Route(.get, "/slow", .init(answerDeadline: .milliseconds(100))) { _ in
        try? await Task.sleep(for: .seconds(300))
        cancelled.set(Task.isCancelled)
        return .text("late")
      },
      Route.callback(.get, "/never", .init(requestDeadline: .milliseconds(100))) { _, responder in
        _ = NativeThread(name: "late") {
          try? waitUntil { isAnswered.current }
          late.set(responder.respond(.text("late")))
        }
      },
    ]
    try await serving(routes) { server in
      let port = server.port
      try await blocking {
        let client = try RawClient(port)
        for path in ["/slow", "/never"] {
          let response = try client.get(path)
          #expect(response.status == 503)
          #expect(response.text.contains("answer_timeout"))
        }
        isAnswered.set(true)
      }
      try await eventually { cancelled.current && late.current == false }
      #expect(server.statistics.deadlinesPassed == 2)
    }
  }
}
