internal import KafkaClient
internal import Lifecycle
internal import Synchronization
internal import Telemetry

/// Takes snippets from a system's topic, and acknowledges them if the system does so.
///
/// What the system holds is in memory alone: a start reads the topic from its beginning, and acknowledges only what the
/// group has not committed.
final class KafkaDoor: Sendable {
  /// How often what is done is committed.
  private static let commitInterval: Duration = .milliseconds(500)
  private static let retryPause: Duration = .milliseconds(500)

  struct State {
    var ledger = AcknowledgementLedger<TopicPartition>()
    var epoch: UInt64 = 0
    /// Below it a record was acknowledged before.
    var answered: [TopicPartition: Int64] = [:]
    /// Where this process stands: what it holds of a partition ends there.
    var read: [TopicPartition: Int64] = [:]

    /// Where to read a partition from: what is held already is left out, unless it was not acknowledged.
    func start(of partition: TopicPartition) -> KafkaStart {
      guard let read = read[partition], let answered = answered[partition] else { return .beginning }
      return .offset(min(read, answered))
    }
  }

  let system: SnippetSystem
  let topic: String
  let acknowledgements: Acknowledger?
  let logger: Logger
  let state = Mutex(State())
  private let consumer: KafkaConsumer
  private let maxRecords: Int

  init(
    system: SnippetSystem, topic: String, acknowledgements: Acknowledger?, configuration: KafkaConfiguration,
    group: String, sessionTimeout: Duration, maxRecords: Int, logger: Logger
  ) throws(KafkaError) {
    self.system = system
    self.topic = topic
    self.acknowledgements = acknowledgements
    self.logger = logger
    self.maxRecords = maxRecords
    var options = KafkaConsumerOptions()
    options.sessionTimeout = sessionTimeout
    // The group has this member alone: an answer that does not come is soon asked for again.
    options.maxPollInterval = sessionTimeout * 2
    consumer = try KafkaConsumer(configuration, group: group, topics: [topic], options: options, logger: logger)
  }

  /// Reads until the shutdown is requested.
  func run(until shutdown: GracefulShutdown) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await self.commitPeriodically() }
      group.addTask {
        await shutdown.wait()
        self.acknowledgements?.stop()
        // A cluster may refuse commits while the group breaks up, so what is done is committed before.
        await self.commit()
        await self.consumer.stop(within: .seconds(5))
      }
      defer { group.cancelAll() }
      // Ends when the consumer has stopped, or fails; cancelling lets the others end too.
      try await pull()
    }
  }

  // MARK: Reading

  private func pull() async throws {
    while true {
      switch try await consumer.next(upTo: maxRecords) {
      case .records(let batches): for batch in batches { await take(batch) }
      case .assigned(let assignment): try await begin(assignment)
      case .revoked(let revocation):
        if !revocation.isLost { await commit() }
        state.withLock { state in
          for partition in revocation.partitions { state.ledger.remove(partition) }
        }
        await revocation.complete()
      case nil: return
      }
    }
  }

  private func begin(_ assignment: KafkaAssignment) async throws {
    while true {
      do throws(KafkaError) {
        let committed = try await consumer.committed(assignment.partitions)
        let starts = state.withLock { state in
          state.epoch = assignment.epoch
          state.answered = committed.mapValues(\.offset)
          return assignment.partitions.map { ($0, state.start(of: $0)) }
        }
        return try await assignment.start(at: Dictionary(uniqueKeysWithValues: starts))
      } catch {
        if error.code == .fenced || error.code == .stopped { return }
        guard error.isRetriable else { throw error }
        logger.warning("system's start delayed", ["system": system.name, "error": error.description])
        try await Task.sleep(for: Self.retryPause)
      }
    }
  }

  private func take(_ batch: KafkaPartitionBatch) async {
    let partition = batch.topicPartition
    let answered = state.withLock { $0.answered[partition] ?? 0 }
    var old: [SnippetDelivery] = []
    var answers: [Acknowledger.Answer] = []
    var malformed: DeliveryFault?
    for record in batch.records {
      let delivery = KafkaDelivery(record, system: system.name)
      if record.offset < answered {
        if case .success(let delivery) = delivery.entry { old.append(delivery) }
        continue
      }
      let (decision, outcomes) = system.take([delivery.entry])
      if case .malformed(let fault)? = outcomes.first { malformed = fault }
      guard let acknowledgements else { continue }
      answers += acknowledgements.answers(to: delivery, outcomes[0], decision)
    }
    if !old.isEmpty { system.recover(old) }
    if let malformed {
      logger.warning(
        "malformed delivery", ["system": system.name, "code": malformed.code, "error": malformed.message])
    }
    let count = answers.count
    let id = state.withLock { state in
      state.read[partition] = batch.next
      return state.ledger.began(partition, next: batch.next, acknowledgements: count)
    }
    await acknowledgements?.send(answers) { [self] count in
      system.count { $0.acknowledged += count }
      state.withLock { $0.ledger.settled(partition, batch: id, count: count) }
    }
    // The rules may have been replaced since they were asked, and their listener have found nothing yet.
    if answers.contains(where: \.isHeld), !system.behaviour.rules.contains(where: { $0.kind == .holdAck }) {
      acknowledgements?.release()
    }
  }

  // MARK: Commits

  private func commitPeriodically() async {
    while (try? await Task.sleep(for: Self.commitInterval)) != nil { await commit() }
  }

  private func commit() async {
    let (offsets, epoch) = state.withLock { ($0.ledger.committable, $0.epoch) }
    // While a start reads again what was answered before, it must not set the group back.
    let ahead = state.withLock { state in offsets.filter { $0.value > state.answered[$0.key] ?? -1 } }
    guard !ahead.isEmpty else { return }
    do throws(KafkaError) {
      try await consumer.commit(ahead.mapValues { KafkaCommit(offset: $0) }, epoch: epoch)
      state.withLock { $0.ledger.committed(ahead) }
    } catch {
      // The next round tries again; after a loss of the partition its next owner answers once more.
      logger.debug("commit failed", ["system": system.name, "error": error.description])
    }
  }
}
