internal import HTTPCaller
internal import Synchronization
internal import Telemetry
internal import TestKit
internal import Testing

@Suite(.timeLimit(.minutes(5)))
struct ConnectionTests {
  @Test func callsInTurnShareAConnection() async throws {
    try await withClient(script: { _, connection in
      connection.answer()
      return true
    }) { server, client in
      for _ in 0..<50 { _ = try await client.call(HTTPRequest(url: server.url)) }
      #expect(server.connectionCount == 1)
    }
  }

  @Test func aThousandCallsAtOnceAreAllAnswered() async throws {
    try await withClient({ $0.callsPerHost = 32 }) { request, connection in
      connection.answer(body: request.target)
      return true
    } _: { server, client in
      let collector = Collector()
      let submitter = client.submitter(collector.sink)
      submitter.submit(
        (0..<1_000).map { HTTPCall(id: $0, request: HTTPRequest(url: server.url + "/\($0)", timeout: Patience.limit)) })
      try await eventually { collector.completions.count == 1_000 }
      #expect(Set(collector.completions.map(\.id)).count == 1_000)
      for completion in collector.completions {
        let response = try completion.result.get()
        #expect(response.body == Array("/\(completion.id)".utf8))
      }
      #expect(server.connectionCount <= 32)
      #expect(collector.batches < 1_000)
      #expect(client.openCalls == 0)
    }
  }

  @Test func aThousandTasksAtOnceAreAllAnswered() async throws {
    try await withClient(script: { _, connection in
      connection.answer()
      return true
    }) { server, client in
      let answered = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<1_000 {
          group.addTask {
            (try? await client.call(HTTPRequest(url: server.url, timeout: Patience.limit)))?.status == 200
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(answered == 1_000)
    }
  }

  @Test func aCancelledTaskEndsItsTransfer() async throws {
    try await withClient(script: { _, connection in connection.pause(.seconds(300)) }) { server, client in
      let call = Task { await failure(client, HTTPRequest(url: server.url))?.kind }
      try await eventually { server.requests.count == 1 }
      call.cancel()
      #expect(await call.value == .cancelled)
      try await eventually { server.openConnections == 0 }
      let early = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return await failure(client, HTTPRequest(url: server.url))?.kind
      }
      #expect(await early.value == .cancelled)
    }
  }

  @Test func aRestartedServerIsMetAgain() async throws {
    let script: ScriptedServer.Script = { _, connection in
      connection.answer()
      return true
    }
    let first = try ScriptedServer(script)
    let client = HTTPCaller(logger: .silent)
    _ = try await client.call(HTTPRequest(method: "POST", url: first.url, body: [1]))
    let (port, url) = (first.port, first.url)
    first.stop()
    let refused = await failure(client, HTTPRequest(url: url))
    #expect(refused?.kind == .connectFailed)
    #expect(refused?.mayHaveReachedServer == false)
    let second = try ScriptedServer(port: port, script)
    _ = try await client.call(HTTPRequest(method: "POST", url: url, body: [1]))
    #expect(second.requests.count == 1)
    await client.stop(within: .zero)
    second.stop()
  }

  /// The server takes the second request of a connection, and breaks it: only a request that may be sent twice is.
  @Test(arguments: [true, false], [([UInt8](), false), ([1, 2, 3], false), ([4, 5, 6], true)])
  func aRequestOverADeadConnectionIsRepeatedOnlyWhenThatIsSafe(
    isIdempotent: Bool, body: (bytes: [UInt8], isRead: Bool)
  ) async throws {
    let served = Mutex<[Int: Int]>([:])
    try await withClient(script: { _, connection in
      let count = served.withLock { served in
        served[connection.number, default: 0] += 1
        return served[connection.number] ?? 0
      }
      guard count == 1 else { return false }
      connection.answer()
      return true
    }) { server, client in
      _ = try await client.call(HTTPRequest(url: server.url))
      var request = HTTPRequest(method: "POST", url: server.url, body: body.bytes, isIdempotent: isIdempotent)
      if body.isRead {
        request.body = []
        request.bodySource = HTTPBody(pieces: body.bytes, of: 2)
      }
      if isIdempotent {
        let response = try await client.call(request)
        #expect(response.status == 200)
        #expect(server.requests.count == 3)
        #expect(server.requests.dropFirst().map(\.body) == [body.bytes, body.bytes])
      } else if body.bytes.isEmpty {
        // Over a new connection at once.
        let response = try await client.call(request)
        #expect(response.status == 200)
        #expect(server.requests.count == 2)
      } else {
        let error = await failure(client, request)
        #expect(error?.kind == .connectionLost)
        #expect(error?.mayHaveReachedServer == true)
        #expect(server.requests.count == 2)
      }
    }
  }

  @Test func aBodyIsReadWhileItIsSent() async throws {
    let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    try await withClient(script: { _, connection in
      connection.answer()
      return true
    }) { server, client in
      for bytes in [bytes, []] {
        var request = HTTPRequest(method: "POST", url: server.url)
        request.bodySource = HTTPBody(pieces: bytes, of: 999)
        _ = try await client.call(request)
        #expect(server.requests.last?.body == bytes)
        #expect(server.requests.last?.head.lowercased().contains("content-length: \(bytes.count)") == true)
      }
    }
  }

  @Test func aBodyThatEndsTooEarlyEndsTheCall() async throws {
    try await withClient(script: { _, connection in
      connection.answer()
      return true
    }) { server, client in
      for result in [0, -1, .max] {
        var request = HTTPRequest(method: "POST", url: server.url)
        request.bodySource = HTTPBody(count: 100_000) { offset, buffer in
          offset < 50_000 ? min(buffer.count, 1_000) : result
        }
        let error = await failure(client, request)
        #expect(error?.kind == .unreadableBody)
        #expect(error?.message.contains("ended after 50000 of 100000 bytes") == true, "\(error?.message ?? "")")
      }
      #expect(server.requests.isEmpty)
      _ = try await client.call(HTTPRequest(method: "POST", url: server.url, body: [1]))
    }
  }

  @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"])
  func aConnectionThatBreaksIsLost(beginning: String) async throws {
    try await withClient(script: { _, connection in
      connection.send(beginning)
      return false
    }) { server, client in
      let error = await failure(client, HTTPRequest(method: "POST", url: server.url, body: [1]))
      #expect(error?.kind == .connectionLost)
      #expect(error?.mayHaveReachedServer == true)
    }
  }

  @Test func aPeerThatDoesNotSpeakHTTPIsTold() async throws {
    try await withClient(script: { _, connection in
      connection.send("SSH-2.0-OpenSSH_9.2\r\n\r\n")
      return false
    }) { server, client in
      let error = await failure(client, HTTPRequest(url: server.url))
      #expect(error?.kind == .protocolError)
    }
  }

  @Test func anUnknownNameIsTold() async throws {
    let client = HTTPCaller(logger: .silent)
    let error = await failure(client, HTTPRequest(url: "http://nowhere.invalid/", timeout: .seconds(5)))
    #expect(error?.kind == .resolveFailed || error?.kind == .timeout(.connect))
    #expect(error?.mayHaveReachedServer == false)
    await client.stop(within: .zero)
  }

  @Test func stoppingWaitsForOpenCallsThenEndsThem() async throws {
    let release = Mutex(false)
    try await withClient(script: { request, connection in
      if request.target == "/slow" { return connection.pause(.seconds(300)) }
      while !release.withLock({ $0 }) { guard connection.pause(.milliseconds(5)) else { return false } }
      connection.answer()
      return true
    }) { server, client in
      let collector = Collector()
      let submitter = client.submitter(collector.sink)
      submitter.submit(
        (0..<200).map { HTTPCall(id: $0, request: HTTPRequest(url: server.url, timeout: Patience.limit)) })
      try await eventually { server.requests.count == 64 }
      async let first: Void = client.stop(within: Patience.limit)
      async let second: Void = client.stop(within: Patience.limit)
      try await eventually { client.isStopping }
      release.withLock { $0 = true }
      _ = await (first, second)
      #expect(collector.completions.filter { $0.status == 200 }.count == 200)
      #expect(await failure(client, HTTPRequest(url: server.url))?.kind == .stopped)

      let hasty = HTTPCaller(logger: .silent)
      let other = hasty.submitter(collector.sink)
      other.submit(
        (1_000..<1_200).map {
          HTTPCall(id: $0, request: HTTPRequest(url: server.url + "/slow", timeout: Patience.limit))
        })
      try await eventually { server.requests.filter { $0.target == "/slow" }.count == 64 }
      await hasty.stop(within: .milliseconds(50))
      #expect(collector.completions.filter { $0.failure == .cancelled }.count == 200)
      try await eventually { server.openConnections == 0 }
    }
  }
}
