internal import NativeThreads
internal import Telemetry

/// The connections of a client.
///
/// `@unchecked Sendable`: every method but `init` runs on the loop's thread.
final class RedisEngine: @unchecked Sendable {
  private let loop: EventLoop
  private let lookups: EventLoop
  private let configuration: RedisConfiguration
  private let logger: Logger
  private var links: [RedisLink] = []
  private var turn = 0
  private var open = 0
  private var subscribers: [UInt64: RedisSubscriber] = [:]
  /// What `stop` waits to do.
  private var onIdle: (() -> Void)?

  /// - Parameter lookups: the thread that may wait for a name to be looked up.
  init(loop: EventLoop, lookups: EventLoop, configuration: RedisConfiguration, logger: Logger) {
    self.loop = loop
    self.lookups = lookups
    self.configuration = configuration
    self.logger = logger
  }

  /// - Parameter ended: called once for each batch, before its completion.
  func start(ended: @escaping (RedisBatch, RedisError?) -> Void) {
    links = (0..<max(1, configuration.connections)).map { _ in
      RedisLink(loop: loop, lookups: lookups, configuration: configuration, logger: logger) {
        [unowned self] batch, error in
        open -= 1
        ended(batch, error)
        // Not from here, in the middle of a link's own work, which would end that link.
        if open == 0, onIdle != nil { loop.post { [self] in becameIdle() } }
      }
    }
  }

  func submit(_ batches: [RedisBatch]) {
    open += batches.count
    for batch in batches {
      links[turn].submit(batch)
      turn = (turn + 1) % links.count
    }
    for link in links { link.flush() }
  }

  func subscribe(_ id: UInt64, _ channels: [String], _ sink: @escaping @Sendable ([RedisEvent]) -> Void) {
    subscribers[id] = RedisSubscriber(
      loop: loop, lookups: lookups, configuration: configuration, logger: logger, channels: channels, sink: sink)
  }

  func unsubscribe(_ id: UInt64) { subscribers.removeValue(forKey: id)?.close() }

  func whenIdle(within limit: Duration, _ action: @escaping () -> Void) {
    guard open > 0 else { return action() }
    onIdle = action
    loop.schedule(after: limit) { [weak self] in self?.becameIdle() }
  }

  private func becameIdle() {
    guard let action = onIdle else { return }
    onIdle = nil
    action()
  }

  func shutDown() {
    onIdle = nil
    for subscriber in subscribers.values { subscriber.close() }
    subscribers.removeAll()
    for link in links { link.close(RedisError(.stopped, "the Redis client was stopped")) }
  }
}
