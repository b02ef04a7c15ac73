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
  private let held = Mutex<[Held]>([])
  private let maxHeld: Int

  /// An answer, and when it goes.
  struct Answer {
    let record: KafkaRecord
    let delay: Duration
    /// Whether it waits for `release`.
    let isHeld: Bool
  }

  private struct Held {
    let records: [KafkaRecord]
    let settled: @Sendable (Int) -> Void
  }

  /// - Parameter maxHeld: how many answers may wait for `release`; beyond it they are given at once.
  init(system: String, topic: String, producer: KafkaProducer, delay: AnswerDelay, maxHeld: Int, logger: Logger) {
    self.system = system
    self.topic = topic
    self.producer = producer
    self.delay = delay
    self.maxHeld = maxHeld
    self.logger = logger
  }

  /// Sends nothing more that is not under way; failed answers are not tried again.
  func stop() { isStopped.store(true, ordering: .relaxed) }

  /// What is to be answered to a delivery.
  func answers(
    to delivery: KafkaDelivery, _ outcome: SnippetOutcome, _ decision: BehaviourEngine.Decision
  ) -> [Answer] {
    records(delivery, outcome, decision).map {
      Answer(record: $0, delay: decision.delay, isHeld: decision.fault?.kind == .holdAck)
    }
  }

  private func records(
    _ delivery: KafkaDelivery, _ outcome: SnippetOutcome, _ decision: BehaviourEngine.Decision
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

  /// Sends the answers, each when it is due. Waits for those without delay; `settled` is told, from any thread, how many
  /// have arrived.
  func send(_ answers: [Answer], settled: @escaping @Sendable (Int) -> Void) async {
    let waiting = answers.filter(\.isHeld).map(\.record)
    let answers = hold(waiting, settled) ? answers.filter { !$0.isHeld } : answers
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

  /// Sends what was held until now.
  func release() {
    for held in held.withLock({ held in
      defer { held = [] }
      return held
    }) {
      submit(held.records, held.settled)
    }
  }

  /// Whether there was room to hold them.
  private func hold(_ records: [KafkaRecord], _ settled: @escaping @Sendable (Int) -> Void) -> Bool {
    held.withLock { held in
      guard held.reduce(records.count, { $0 + $1.records.count }) <= maxHeld else { return false }
      if !records.isEmpty { held.append(Held(records: records, settled: settled)) }
      return true
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
