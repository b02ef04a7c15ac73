internal import ItemModel
internal import KafkaClient
internal import Lifecycle
internal import MessageProxy
internal import PostgresClient
internal import Synchronization
internal import Telemetry

/// Applies what comes in over Kafka: other producers' items, prices, outcomes and acknowledgements.
///
/// Positions live in the database, beside what was applied. Kafka's own commits only show the lag.
final class TopicReader: Service {
  let name: String
  private let context: IngestContext
  private let consumer: KafkaConsumer
  private let slot: Int16
  private let decoder: RecordDecoder
  private let store: PositionStore
  private let assignment: Mutex<Assignment> = Mutex(Assignment())

  private struct Assignment {
    var epoch: UInt64 = 0
    /// Where the reader stands in each partition.
    var positions: [TopicPartition: Int64] = [:]
    /// The newest connection to the database when these positions were last compared with it.
    var generation = 0
    var isCommitDue = false
  }

  init(number: Int, context: IngestContext) throws(KafkaError) {
    name = "ingest-\(number)"
    self.context = context
    slot = Int16(truncatingIfNeeded: Int(context.slotBase) + number)
    decoder = RecordDecoder(topics: context.topics)
    store = PositionStore(pool: context.pool, cluster: context.applier.cluster)
    var options = KafkaConsumerOptions()
    options.maxBufferedRecords = context.configuration.topicBatch * 4
    consumer = try KafkaConsumer(
      context.kafka, group: context.groups.ingest,
      topics: [
        context.topics.itemSetup, context.topics.priceUpdates, context.topics.outcomes,
        context.topics.acknowledgements,
      ], options: options, logger: context.logger)
  }

  func run(_ run: ServiceRun) async throws {
    run.ready()
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await self.read()
        return true
      }
      group.addTask {
        try await self.watch()
        return false
      }
      group.addTask {
        await run.shutdown.wait()
        // The reading task gets a last revocation, commits, and ends.
        await self.consumer.stop(within: .seconds(10))
        return false
      }
      while let isReader = try await group.next(), !isReader {}
      group.cancelAll()
    }
  }

  // MARK: Reading

  private func read() async throws {
    while let event = try await consumer.next(upTo: context.configuration.topicBatch) {
      switch event {
      case .assigned(let assigned): try await begin(assigned)
      case .revoked(let revoked):
        if !revoked.isLost { await commit() }
        assignment.withLock { $0.positions = [:] }
        await revoked.complete()
      case .records(let batches): try await apply(batches)
      }
    }
  }

  private func begin(_ assigned: KafkaAssignment) async throws {
    let positions = try await positions(of: assigned.partitions)
    assignment.withLock {
      $0 = Assignment(epoch: assigned.epoch, positions: positions, generation: context.pool.generation)
    }
    do {
      try await assigned.start(at: positions.mapValues { .offset($0) })
    } catch {
      guard error.code == .fenced || error.code == .stopped else { throw error }
      context.logger.debug("assignment was over before it began")
    }
  }

  private func apply(_ batches: [KafkaPartitionBatch]) async throws {
    try await checkJumps(batches)
    var (batch, letters) = decode(batches)
    // Whoever sent an unusable record finds it in the dead letters before the topic goes on.
    if !letters.isEmpty {
      try await retrying("writing dead letters") { try await self.context.deadLetters.write(letters) }
    }
    repeat {
      let current = batch
      let report = try await retrying("applying a batch") {
        try await self.context.applier.apply(
          current, slot: self.slot, beforeCommit: { try await self.bury($0, of: current, from: batches) })
      }
      context.metrics.record(report, entries: current.entries)
      assignment.withLock { assignment in
        for advance in current.advances where assignment.positions[advance.topicPartition] != nil {
          assignment.positions[advance.topicPartition] = advance.next
        }
        assignment.isCommitDue = true
      }
      try await seek(report.stale)
      let refused = try await context.relay.publish(report.messages)
      batch = ApplyBatch(entries: refused)
    } while !batch.entries.isEmpty
  }

  private func decode(_ batches: [KafkaPartitionBatch]) -> (ApplyBatch, [DeadLetter]) {
    var (batch, letters) = (ApplyBatch(), [DeadLetter]())
    for (source, part) in batches.enumerated() {
      batch.advances.append(
        PositionAdvance(topic: part.topic, partition: part.partition, from: part.from, next: part.next))
      for record in part.records {
        do {
          let (key, event) = try decoder.decode(record, of: part.topic)
          batch.entries.append(
            ApplyBatch.Entry(key: key, event: event, origin: .record(source: source, offset: record.offset)))
        } catch {
          letters.append(DeadLetter(record, of: part, code: error.code, description: error.description))
        }
      }
    }
    return (batch, letters)
  }

  /// Refused changes become dead letters before the batch that passes them over is committed.
  private func bury(_ report: ApplyReport, of batch: ApplyBatch, from parts: [KafkaPartitionBatch]) async throws {
    var letters: [DeadLetter] = []
    for (place, errors) in report.rejections.sorted(by: { $0.key < $1.key }) {
      guard case .record(let source, let offset) = batch.entries[place].origin,
        let record = parts[source].records.first(where: { $0.offset == offset })
      else { continue }
      let text = errors.map { "\($0.code) \($0.field): \($0.description)" }.joined(separator: "; ")
      letters.append(DeadLetter(record, of: parts[source], code: errors.first?.code ?? "rejected", description: text))
    }
    if !letters.isEmpty { try await context.deadLetters.write(letters) }
  }

  // MARK: Positions

  /// Where the partitions are to be read on; a new one at its beginning.
  /// - Throws: `PositionError` when a log does not hold that place.
  private func positions(of partitions: [TopicPartition]) async throws -> [TopicPartition: Int64] {
    try await retrying("looking up positions") { [context, store] in
      let ends = try await context.admin.watermarks(partitions)
      let stored = try await store.load(ends)
      do {
        try store.check(stored, against: ends)
        return stored
      } catch {
        // The former owner may have gone on since the log's ends were looked at.
        let stored = try await store.read(partitions)
        try store.check(stored, against: try await context.admin.watermarks(partitions))
        return stored
      }
    }
  }

  /// A batch that does not begin where the last one ended: the consumer jumped, since its log did not hold the place.
  private func checkJumps(_ batches: [KafkaPartitionBatch]) async throws {
    let known = assignment.withLock { $0.positions }
    let jumped = batches.filter { known[$0.topicPartition] ?? $0.from != $0.from }.map(\.topicPartition)
    if !jumped.isEmpty { _ = try await positions(of: jumped) }
  }

  private func seek(_ stale: [(topic: String, partition: Int32, next: Int64?)]) async throws {
    guard !stale.isEmpty else { return }
    let parts = stale.map { (TopicPartition(topic: $0.topic, partition: $0.partition), $0.next) }
    let unplaced = parts.filter { $0.1 == nil }.map(\.0)
    var targets = unplaced.isEmpty ? [:] : try await positions(of: unplaced)
    for (partition, next) in parts { if let next { targets[partition] = next } }
    context.logger.warning("the database is behind the reader; going back", ["partitions": String(targets.count)])
    let epoch = assignment.withLock { assignment in
      for (partition, next) in targets { assignment.positions[partition] = next }
      return assignment.epoch
    }
    do {
      try await consumer.seek(targets, epoch: epoch)
    } catch {
      guard error.code == .fenced else { throw error }
      context.logger.debug("the assignment ended meanwhile")
    }
  }

  /// Once a second: commits for the lag's sake, and looks whether the database is another one than before.
  private func watch() async throws {
    while !Task.isCancelled {
      // Cancelled while it sleeps, it looks once more and ends.
      try? await Task.sleep(for: .seconds(1))
      await commit()
      try await compareAfterReconnect()
    }
  }

  /// A new connection may lead to a database that lost its last commits: the reader goes back to where that one is.
  private func compareAfterReconnect() async throws {
    let generation = context.pool.generation
    let known = assignment.withLock { $0.generation == generation ? [:] : $0.positions }
    guard !known.isEmpty else { return }
    do {
      let stored = try await store.read(Array(known.keys))
      let behind = known.filter { partition, next in (stored[partition] ?? .min) < next }.keys
      try await seek(behind.map { ($0.topic, $0.partition, stored[$0]) })
      assignment.withLock { $0.generation = generation }
    } catch let error as PositionError {
      throw error
    } catch {
      // The database is not to be had at the moment: asked again in a second.
      context.logger.debug("positions not compared; trying again", ["error": "\(error)"])
    }
  }

  private func commit() async {
    let (due, epoch) = assignment.withLock { assignment in
      defer { assignment.isCommitDue = false }
      return (assignment.isCommitDue ? assignment.positions : [:], assignment.epoch)
    }
    guard !due.isEmpty else { return }
    do {
      try await consumer.commit(due.mapValues { KafkaCommit(offset: $0) }, epoch: epoch)
    } catch {
      context.logger.debug("offsets not committed", ["error": error.description])
    }
  }

  /// Repeats `work` while the database or Kafka is not to be had.
  private func retrying<Result: Sendable>(
    _ what: String, _ work: () async throws -> Result
  ) async throws -> Result {
    try await context.retrying(what, work)
  }
}

extension DeadLetter {
  init(_ record: KafkaMessage, of part: KafkaPartitionBatch, code: String, description: String) {
    self.init(
      topic: part.topic, partition: part.partition, offset: record.offset, key: record.key, value: record.value,
      headers: record.headers, reason: FailureReason(code: code, text: description))
  }
}

extension PositionAdvance {
  var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }
}
