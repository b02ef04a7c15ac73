internal import NativeThreads
public import Telemetry

/// An idempotent producer: `acks=all`, each partition's records stored once and in the order of submission, partitions
/// chosen as Java's producer does.
///
/// What exceeds the limits in flight waits for room. A fatal error of the idempotent producer replaces the handle beneath;
/// what was under way then fails with `producerReset` and can be sent again.
/// Call `stop(within:)` in the end; a producer that is dropped gives up what it holds.
public final class KafkaProducer: Sendable {
  private let loop: EventLoop
  private let core: ProducerCore

  /// - Throws: `configuration` for a property that librdkafka refuses. No broker is contacted yet.
  public init(
    _ configuration: KafkaConfiguration, options: KafkaProducerOptions = KafkaProducerOptions(), logger: Logger
  ) throws(KafkaError) {
    let native = try NativeProducer(configuration, options, logger: logger)
    loop = EventLoop(name: "kafka-producer")
    core = ProducerCore(loop: loop, native: native, configuration: configuration, options: options, logger: logger)
    loop.post { [core] in core.assumeIsolated { $0.begin() } }
  }

  deinit {
    loop.post { [core] in core.assumeIsolated { $0.end() } }
    // After `stop(within:)` the thread has nothing left to do, and this waits for microseconds.
    loop.stop()
  }

  /// Sends the records and waits for the cluster's word on each: one result per record, in their order.
  public func send(_ records: [KafkaRecord]) async -> [Result<KafkaPosition, KafkaError>] {
    await withCheckedContinuation { continuation in
      enqueue(records, isBounded: false) { continuation.resume(returning: $0) }
    }
  }

  /// Sends the records. `completion` is called once, on the producer's thread, which it must not block: with one result
  /// per record, in their order. Beyond `maxWaitingBatches` they all fail with `queueFull`.
  public func submit(
    _ records: [KafkaRecord], completion: @escaping @Sendable ([Result<KafkaPosition, KafkaError>]) -> Void
  ) {
    enqueue(records, isBounded: true, completion)
  }

  /// Takes nothing more, waits for what is under way at most `limit`, fails the rest with `stopped`, and ends.
  public func stop(within limit: Duration = .seconds(10)) async {
    await core.stop(within: limit)
  }

  private func enqueue(
    _ records: [KafkaRecord], isBounded: Bool,
    _ completion: @escaping @Sendable ([Result<KafkaPosition, KafkaError>]) -> Void
  ) {
    loop.post { [core] in
      core.assumeIsolated { $0.submit(records, isBounded: isBounded, completion: completion) }
    }
  }
}
