internal import NativeThreads
internal import Telemetry

/// Listens to channels over a session of its own. Used on the loop's thread only.
final class RedisSubscriber {
  private let loop: EventLoop
  private let session: RedisSession
  private let channels: [String]
  private let configuration: RedisConfiguration
  private let sink: @Sendable ([RedisEvent]) -> Void
  private var confirmed = 0
  private var isConnected = false
  private var events: [RedisEvent] = []
  private var pinger: EventLoop.Deadline?
  private var isClosed = false

  init(
    loop: EventLoop, lookups: EventLoop, configuration: RedisConfiguration, logger: Logger, channels: [String],
    sink: @escaping @Sendable ([RedisEvent]) -> Void
  ) {
    self.loop = loop
    self.channels = channels
    self.configuration = configuration
    self.sink = sink
    session = RedisSession(loop: loop, lookups: lookups, configuration: configuration, logger: logger)
    session.onReady = { [unowned self] in subscribe() }
    session.onReply = { [unowned self] in take($0) }
    session.onDown = { [unowned self] _ in wentDown() }
    session.connect()
  }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    session.close()
    wentDown()
  }

  private func subscribe() {
    confirmed = 0
    var pipeline = RedisPipeline()
    pipeline.begin(partCount: channels.count + 1)
    pipeline.add("SUBSCRIBE")
    for channel in channels { pipeline.add(channel) }
    session.append(pipeline.encoded)
    session.flush()
    schedulePing()
  }

  private func take(_ reply: RedisReply) {
    if case .error(let text) = reply { return session.fail(RedisError(reply: text)) }
    guard let parts = reply.array, let kind = parts.first?.bytes else {
      // The answer to PING outside a subscription: it was sent before the channels were confirmed.
      return
    }
    if kind.elementsEqual("message".utf8), parts.count == 3, let channel = parts[1].bytes, let payload = parts[2].bytes
    {
      tell(.message(channel: String(decoding: channel, as: UTF8.self), payload: payload))
    } else if kind.elementsEqual("subscribe".utf8) {
      confirmed += 1
      guard confirmed == channels.count else { return }
      isConnected = true
      tell(.connected)
    }
  }

  private func wentDown() {
    if let pinger { loop.cancel(pinger) }
    pinger = nil
    guard isConnected else { return }
    isConnected = false
    tell(.disconnected)
  }

  /// What came in one turn of the loop is handed over together.
  private func tell(_ event: RedisEvent) {
    events.append(event)
    guard events.count == 1 else { return }
    // Retained by the loop until it ran: the last events of a closed subscription are told too.
    let flush = Flush(subscriber: self)
    loop.post { flush.subscriber.flush() }
  }

  /// `@unchecked Sendable`: carried from the loop's thread to itself.
  private struct Flush: @unchecked Sendable { let subscriber: RedisSubscriber }

  private func flush() {
    var batch: [RedisEvent] = []
    swap(&batch, &events)
    if !batch.isEmpty { sink(batch) }
  }

  private func schedulePing() {
    pinger = loop.schedule(after: configuration.pingInterval) { [weak self] in
      guard let self, session.isReady else { return }
      let silence = ContinuousClock.now - session.lastHeard
      guard silence < configuration.pingInterval + configuration.silenceLimit else {
        return session.fail(RedisError(.connectionLost, "no sign of life for \(silence)"))
      }
      var ping = RedisPipeline()
      ping.append("PING")
      session.append(ping.encoded)
      session.flush()
      if session.isReady { schedulePing() }
    }
  }
}
