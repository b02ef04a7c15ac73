internal import ItemModel
internal import KafkaClient
internal import Synchronization
internal import Telemetry

/// Writes a system's answers to the topic of acknowledgements.
final class Acknowledger: Sendable {
  private static let retryPause: Duration = .milliseconds(500)

  private let system: String
  private let topic: String
  private let producer: KafkaProducer
  private let delay: AnswerDelay
  private let logger: Logger
  private let isStopped = Atomic<Bool>(false)

  init(system: String, topic: String, producer: KafkaProducer, delay: AnswerDelay, logger: Logger) {
    self.system = system
    self.topic = topic
    self.producer = producer
    self.delay = delay
    self.logger = logger
  }

  /// Sends nothing more that is not under way; failed answers are not tried again.
  func stop() { isStopped.store(true, ordering: .relaxed) }

  /// What is to be answered to a delivery.
  func answers(
    to delivery: KafkaDelivery, _ outcome: SnippetOutcome, _ decision: BehaviourEngine.Decision
  ) -> [KafkaRecord] {
    guard case .success(let snippet) = delivery.entry else {
      // Without a key that can be trusted, nobody could tell what the answer is about.
      return []
    }
    let kind = decision.fault?.kind
    if kind == .rejectAck { return [record(delivery, snippet.item, rejecting: decision.fault?.code)] }
    guard case .taken(let verdict) = outcome, kind != .loseAck else { return [] }
    // An older version is passed over in silence: the newest one is the answer.
    if case .older = verdict { return [] }
    let answer = record(delivery, snippet.item, rejecting: nil)
    return switch kind {
    case .ackTwice: [answer, answer]
    case .ackUnknown: [answer, unknown(snippet.item)]
    default: [answer]
    }
  }

  /// Sends the answers, each after its delay. Waits for those without delay; `settled` is told, from any thread, how many
  /// have arrived.
  func send(
    _ answers: [(record: KafkaRecord, delay: Duration)], settled: @escaping @Sendable (Int) -> Void
  ) async {
    let prompt = answers.filter { $0.delay == .zero }.map(\.record)
    let late = Dictionary(grouping: answers.filter { $0.delay > .zero }, by: \.delay)
    for (wait, answers) in late {
      let records = answers.map(\.record)
      delay.call(after: wait) { [self] in submit(records, settled) }
    }
    guard !prompt.isEmpty else { return }
    await withCheckedContinuation { done in
      submit(prompt) { [left = Countdown(prompt.count)] count in
        settled(count)
        if left.take(count) { done.resume() }
      } onGivenUp: {
        done.resume()
      }
    }
  }

  /// Sends until everything has arrived, or the system stops.
  private func submit(
    _ records: [KafkaRecord], _ settled: @escaping @Sendable (Int) -> Void,
    onGivenUp: @escaping @Sendable () -> Void = {}
  ) {
    producer.submit(records) { [self] results in
      var failed: [KafkaRecord] = []
      var firstError: KafkaError?
      for (record, result) in zip(records, results) {
        guard case .failure(let error) = result else { continue }
        failed.append(record)
        firstError = firstError ?? error
      }
      if failed.count < records.count { settled(records.count - failed.count) }
      guard let firstError else { return }
      // A producer that was stopped would refuse them again and again.
      guard firstError.code != .stopped, !isStopped.load(ordering: .relaxed) else { return onGivenUp() }
      logger.warning("acknowledgements delayed", ["system": system, "error": firstError.description])
      delay.call(after: Self.retryPause) { [self, failed] in submit(failed, settled, onGivenUp: onGivenUp) }
    }
  }

  private func record(_ delivery: KafkaDelivery, _ item: ItemKey, rejecting code: String?) -> KafkaRecord {
    let value = AcknowledgementMessage.encode(
      deliveryID: delivery.key, correlationID: delivery.correlationID, system: system, isAccepted: code == nil,
      code: code, description: code.map { _ in "asked to reject" })
    return KafkaRecord(topic: topic, key: item.messageKey, value: value)
  }

  /// An acceptance of a version that was never sent: versions are microseconds, and 1 lies at their beginning.
  private func unknown(_ item: ItemKey) -> KafkaRecord {
    let value = AcknowledgementMessage.encode(
      deliveryID: "\(item)/\(system)/1", correlationID: "unknown", system: system, isAccepted: true, code: nil,
      description: nil)
    return KafkaRecord(topic: topic, key: item.messageKey, value: value)
  }
}

/// Counts down to zero, from any thread.
private final class Countdown: Sendable {
  private let left: Atomic<Int>
  init(_ count: Int) { left = Atomic(count) }

  /// Whether this was the last.
  func take(_ count: Int) -> Bool { left.subtract(count, ordering: .acquiringAndReleasing).newValue == 0 }
}
