internal import Telemetry

extension Exchange {
  /// Hands the answer to the library, and starts the task that writes its body. False when the connection has to go.
  func queue(_ answer: HTTPServerResponse, closing: Bool) -> Bool {
    guard let connection else { return false }
    var response = answer
    if let fault = answer.fault {
      core.logger.error("handler's response refused", ["fault": fault, "target": target])
      response = .problem(status: 500, code: "bad_response", title: "The server made an invalid response")
    }
    let source: StreamSource? = if case .bytes = response.body { nil } else { StreamSource(self) }
    guard connection.queue(response, stream: source, closing: closing || core.isStopping) else {
      core.logger.error("libmicrohttpd refused a response", ["target": target])
      return false
    }
    core.countResponse(response.status)
    stage = .sending
    connection.deadline = core.now &+ core.limits.send
    if head?.method != .head { startStream(response.body) }
    return true
  }

  private func startStream(_ body: HTTPServerResponse.Body) {
    switch body {
    case .bytes: break
    case .stream(_, let write): startStream { stream in try await write(HTTPBodyWriter(stream: stream)) }
    case .events(let silence, let send):
      heartbeat = MonotonicTime.nanoseconds(silence)
      lastSent = core.now
      startStream { stream in try await send(HTTPEventStream(stream: stream)) }
      // Asked for before the stop, or on a connection that was still open after it.
      if core.isStopping { endEvents() }
    }
  }

  private func startStream(_ write: @escaping @Sendable (ResponseStream) async throws -> Void) {
    let core = core
    let stream = ResponseStream(capacity: core.configuration.streamBufferBytes) { [weak self] in
      if let self { core.wake(self) }
    }
    self.stream = stream
    stage = .streaming
    let counter = core.tasks
    counter.began()
    task = Task {
      do {
        try await write(stream)
        stream.end()
      } catch {
        // The client sees the cut; who threw knows why.
        stream.abandon()
      }
      counter.ended()
    }
  }

  /// The library asks for more of a streamed body.
  func send(into target: UnsafeMutableRawBufferPointer) -> ResponseStream.Piece {
    guard failure == nil, let stream, let connection else { return .failed }
    let piece = stream.read(into: target)
    switch piece {
    case .bytes:
      lastSent = core.now
      connection.deadline = core.now &+ core.limits.send
    case .wait:
      // The client has taken everything: it is not the one that is late.
      connection.deadline = MonotonicTime.never
      suspend()
    case .end, .failed: break
    }
    return piece
  }

  /// Something came for a suspended connection: an answer, room for the body, bytes to send.
  func advance() {
    if stage == .receiving, hasAnswer { discard() }
    resume()
  }

  /// A deadline passed.
  func expire() {
    core.countDeadline()
    guard stage == .answering, failure == nil else { return cut(.deadline) }
    give(own(.problem(status: 503, code: "answer_timeout", title: "The answer took too long")))
    connection?.deadline = MonotonicTime.never
    task?.cancel()
    resume()
  }

  /// Ends the request without an answer.
  func cut(_ reason: HTTPStreamError) {
    guard failure == nil, let connection else { return }
    failure = reason
    bodyQueue?.end(.failure(reason))
    stream?.fail(reason)
    task?.cancel()
    connection.shutdown()
    resume()
    connection.deadline = MonotonicTime.never
  }

  /// The client went away while it was waiting.
  func leave() {
    core.countClientGone()
    cut(.disconnected)
  }

  /// Ends an event stream in good order, because the server stops.
  func endEvents() {
    guard heartbeat != nil else { return }
    stream?.end()
    task?.cancel()
  }

  /// Sends a comment over an event stream that has been silent for too long: it keeps intermediaries from closing the
  /// connection, and finds clients that vanished without a word.
  func sendHeartbeat() {
    guard let heartbeat, isSuspended, core.now >= lastSent &+ heartbeat else { return }
    lastSent = core.now
    // Fails only when the stream has just ended.
    try? stream?.append(":\n\n".utf8)
  }

  /// The library is done with the request: answered to the end when `error` is nil.
  func complete(_ error: HTTPStreamError?) {
    guard stage != .over, let connection else { return }
    // The library has one code for broken requests and for clients that broke off.
    let isReading = stage == .head || stage == .receiving || stage == .discarding
    let brokeOff = error == .malformed && (!isReading || connection.isAtEnd)
    let reason = failure ?? (brokeOff ? .disconnected : error)
    let wasCounted = stage != .head
    stage = .over
    closeAnswer()
    bodyQueue?.end(.failure(reason ?? .cancelled))
    stream?.fail(reason ?? .disconnected)
    if reason != nil { task?.cancel() }
    task = nil
    self.connection = nil
    core.unwatch(connection)
    connection.exchange = nil
    connection.deadline = core.now &+ core.limits.idle
    core.exchangeEnded(wasCounted: wasCounted, clientGone: failure == nil && error != nil)
  }
}
