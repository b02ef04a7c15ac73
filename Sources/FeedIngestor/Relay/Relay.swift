internal import ItemModel
internal import KafkaClient
internal import PostgresClient
internal import Synchronization
internal import Telemetry

/// Publishes committed dispatches into their lanes, at least once, and notes where each came to stand.
///
/// A dispatch that a crash keeps from being published stays in the outbox without a note; `TimerWheel` finds it.
final class Relay: Sendable {
  private let producer: KafkaProducer
  private let topics: TopicNames
  private let pool: PostgresPool
  private let logger: Logger
  /// Leases that are being published by this process: no sweep may take them for lost.
  private let underWay: Mutex<Set<Int64>> = Mutex([])

  init(producer: KafkaProducer, topics: TopicNames, pool: PostgresPool, logger: Logger) {
    self.producer = producer
    self.topics = topics
    self.pool = pool
    self.logger = logger
  }

  func isPublishing(_ lease: Int64) -> Bool { underWay.withLock { $0.contains(lease) } }

  /// Publishes the messages, again and again while Kafka cannot be reached.
  ///
  /// What a lane's topic refuses for a reason that does not pass, such as that it is not there, stays in the outbox: it
  /// must not hold up the other lanes. It is dispatched anew when its lease's time is over.
  /// - Returns: events for those that Kafka will never take, such as one that is too large.
  /// - Throws: `CancellationError`, or `KafkaError` when the producer cannot go on; what is left stays in the outbox.
  func publish(_ messages: [OutboxMessage]) async throws -> [ApplyBatch.Entry] {
    guard !messages.isEmpty else { return [] }
    underWay.withLock { $0.formUnion(messages.map(\.lease)) }
    defer { underWay.withLock { $0.subtract(messages.map(\.lease)) } }
    var refused: [ApplyBatch.Entry] = []
    var rest = messages
    var pause = Duration.milliseconds(50)
    while !rest.isEmpty {
      let results = await producer.send(rest.map(record))
      var (marks, again): ([(OutboxMessage, KafkaPosition)], [OutboxMessage]) = ([], [])
      var left: [KafkaError] = []
      for (message, result) in zip(rest, results) {
        switch result {
        case .success(let position): marks.append((message, position))
        case .failure(let error) where error.code == .messageTooLarge || error.code == .invalidRecord:
          refused.append(refusal(of: message, error))
        case .failure(let error) where error.isRetriable && error.code != .unknownTopic: again.append(message)
        case .failure(let error): left.append(error)
        }
      }
      await mark(marks)
      if let error = left.first {
        logger.error(
          "dispatches cannot be published; they are dispatched anew later",
          ["count": String(left.count), "error": error.description])
        if let fatal = left.first(where: \.isFatal) { throw fatal }
      }
      rest = again
      if !rest.isEmpty {
        logger.warning("dispatches not published; trying again", ["count": String(rest.count)])
        try await Task.sleep(for: pause)
        pause = min(pause * 2, .seconds(2))
      }
    }
    return refused
  }

  private func record(_ message: OutboxMessage) -> KafkaRecord {
    KafkaRecord(topic: topics.lane(message.lane), key: message.key.messageKey, value: message.bytes)
  }

  private func refusal(of message: OutboxMessage, _ error: KafkaError) -> ApplyBatch.Entry {
    ApplyBatch.Entry(
      key: message.key,
      event: .unpublishable(lease: message.lease, code: "unpublishable", description: error.message))
  }

  /// A mark saves a needless repeat and nothing else, so it need not be durable, nor is its loss an error.
  private func mark(_ marks: [(OutboxMessage, KafkaPosition)]) async {
    guard !marks.isEmpty else { return }
    do {
      _ = try await pool.withConnection { connection in
        try await connection.pipeline([
          (.begin, []), ("SET LOCAL synchronous_commit = off", []),
          (
            """
            INSERT INTO published (lease, partition, at_offset)
            SELECT * FROM unnest($1::int8[], $2::int4[], $3::int8[]) ON CONFLICT DO NOTHING
            """,
            [
              .int8Array(marks.map(\.0.lease)), .int4Array(marks.map(\.1.partition)),
              .int8Array(marks.map(\.1.offset)),
            ]
          ), (.commit, []),
        ])
      }
    } catch {
      logger.debug("published dispatches not marked", ["error": "\(error)"])
    }
  }
}
