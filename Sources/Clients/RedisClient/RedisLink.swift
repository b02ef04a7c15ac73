internal import NativeThreads
internal import Telemetry

/// Sends batches over one session and matches the replies, which come in the commands' order.
/// Used on the loop's thread only.
final class RedisLink {
  private let loop: EventLoop
  private let session: RedisSession
  private let silenceLimit: Duration
  private let ended: (RedisBatch, RedisError?) -> Void
  /// Not sent yet: there is no connection.
  private var waiting: [RedisBatch] = []
  /// How many of them may have ended by their time budget.
  private var endedWaiting = 0
  /// Sent, in order; `head` is the first that still awaits replies.
  private var sent: [RedisBatch] = []
  private var head = 0
  private var oldestSent = ContinuousClock.now
  private var watchdog: EventLoop.Deadline?

  /// - Parameter ended: called once for each batch, before its completion; nil when it has its replies.
  init(
    loop: EventLoop, lookups: EventLoop, configuration: RedisConfiguration, logger: Logger,
    ended: @escaping (RedisBatch, RedisError?) -> Void
  ) {
    self.loop = loop
    self.ended = ended
    silenceLimit = configuration.silenceLimit
    session = RedisSession(loop: loop, lookups: lookups, configuration: configuration, logger: logger)
    session.onReady = { [unowned self] in sendWaiting() }
    session.onReply = { [unowned self] in take($0) }
    session.onDown = { [unowned self] in failAll($0) }
    session.connect()
  }

  func submit(_ batch: RedisBatch) {
    batch.timer = loop.schedule(after: batch.deadline - .now) { [weak self] in self?.expire(batch) }
    if session.isReady { send(batch) } else { waiting.append(batch) }
  }

  func flush() { if session.isReady { session.flush() } }

  func close(_ error: RedisError) {
    session.close()
    if let watchdog { loop.cancel(watchdog) }
    watchdog = nil
    failAll(error)
  }

  private func send(_ batch: RedisBatch) {
    if head == sent.count { oldestSent = .now }
    sent.append(batch)
    batch.isSent = true
    let encoded = batch.encoded
    batch.encoded = []
    // Last: when it fails, so has all that was sent.
    watchSilence()
    session.append(encoded)
  }

  private func sendWaiting() {
    var batches: [RedisBatch] = []
    swap(&batches, &waiting)
    endedWaiting = 0
    for batch in batches where !batch.hasEnded {
      // Sending may have broken the connection.
      if session.isReady { send(batch) } else { waiting.append(batch) }
    }
    session.flush()
  }

  private func take(_ reply: RedisReply) {
    guard head < sent.count else {
      // Redis says so when it has too many clients, or is being stopped.
      return session.fail(RedisError(.connectionLost, "Redis sent what nobody asked for"))
    }
    let batch = sent[head]
    batch.awaited -= 1
    if !batch.hasEnded { batch.replies.append(reply) }
    guard batch.awaited == 0 else { return }
    head += 1
    if head == sent.count || head >= 1_024 {
      sent.removeFirst(head)
      head = 0
    }
    if !batch.hasEnded { end(batch, nil) }
  }

  private func expire(_ batch: RedisBatch) {
    batch.timer = nil
    guard !batch.hasEnded else { return }
    end(batch, RedisError(.timeout, "no answer within the time budget", mayHaveExecuted: batch.isSent))
    guard !batch.isSent else { return }
    endedWaiting += 1
    guard endedWaiting * 2 > waiting.count else { return }
    waiting.removeAll { $0.hasEnded }
    endedWaiting = 0
  }

  private func failAll(_ error: RedisError) {
    let lost = sent[head...] + waiting
    sent = []
    head = 0
    waiting = []
    endedWaiting = 0
    for batch in lost where !batch.hasEnded {
      end(batch, RedisError(error.kind, error.message, mayHaveExecuted: batch.isSent))
    }
  }

  private func end(_ batch: RedisBatch, _ error: RedisError?) {
    if let timer = batch.timer { loop.cancel(timer) }
    batch.timer = nil
    let result = batch.end(error)
    ended(batch, error)
    batch.completion(result)
  }

  /// A connection can be dead without a word. Looked at once per limit, while something is awaited.
  private func watchSilence() {
    guard watchdog == nil else { return }
    watchdog = loop.schedule(after: silenceLimit) { [weak self] in
      guard let self else { return }
      watchdog = nil
      guard head < sent.count else { return }
      if ContinuousClock.now - max(session.lastHeard, oldestSent) >= silenceLimit {
        session.fail(RedisError(.connectionLost, "no answer for \(silenceLimit)", mayHaveExecuted: true))
      } else {
        watchSilence()
      }
    }
  }
}
