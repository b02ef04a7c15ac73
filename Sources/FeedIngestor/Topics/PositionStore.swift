public import KafkaClient
internal import PostgresClient

/// Reads how far the topics' partitions have been applied.
struct PositionStore {
  let pool: PostgresPool
  let cluster: String

  /// The stored position of each partition; one that is new begins at the log's first record.
  func load(_ ends: [TopicPartition: KafkaWatermarks]) async throws -> [TopicPartition: Int64] {
    let partitions = ends.keys.sorted { ($0.topic, $0.partition) < ($1.topic, $1.partition) }
    try await pool.withConnection { connection in
      _ = try await connection.execute(
        """
        INSERT INTO position (cluster, topic, partition, next)
        SELECT $1, * FROM unnest($2::text[], $3::int4[], $4::int8[]) ON CONFLICT DO NOTHING
        """, .text(cluster), .textArray(partitions.map(\.topic)), .int4Array(partitions.map(\.partition)),
        .int8Array(partitions.map { ends[$0]?.low ?? 0 }))
    }
    return try await read(partitions)
  }

  /// Whether the logs hold what comes next.
  func check(
    _ positions: [TopicPartition: Int64], against ends: [TopicPartition: KafkaWatermarks]
  ) throws(PositionError) {
    for (partition, next) in positions {
      guard let end = ends[partition] else { continue }
      if next > end.high { throw .beyondLog(partition, stored: next, end: end.high) }
      if next < end.low { throw .recordsLost(partition, cluster: cluster, stored: next, begin: end.low) }
    }
  }

  func read(_ partitions: [TopicPartition]) async throws -> [TopicPartition: Int64] {
    guard !partitions.isEmpty else { return [:] }
    return try await pool.withConnection { connection in
      let rows = try await connection.execute(
        """
        SELECT p.topic, p.partition::int8, p.next FROM position p
        JOIN unnest($2::text[], $3::int4[]) AS k(topic, partition) USING (topic, partition) WHERE p.cluster = $1
        """, .text(cluster), .textArray(partitions.map(\.topic)), .int4Array(partitions.map(\.partition)))
      var positions: [TopicPartition: Int64] = [:]
      for row in 0..<rows.count {
        let partition = TopicPartition(topic: try rows.text(row, 0), partition: Int32(try rows.int8(row, 1)))
        positions[partition] = try rows.int8(row, 2)
      }
      return positions
    }
  }
}

/// Why a topic cannot be read on. Only an operator knows what to do.
public enum PositionError: Error, Sendable, CustomStringConvertible {
  /// The log ends before what was applied: the topic was lost or replaced.
  case beyondLog(TopicPartition, stored: Int64, end: Int64)
  /// The log begins behind what was applied: records went before they were read.
  case recordsLost(TopicPartition, cluster: String, stored: Int64, begin: Int64)

  public var description: String {
    switch self {
    case .beyondLog(let partition, let stored, let end):
      "the database has applied \(partition.topic)/\(partition.partition) up to offset \(stored), but the topic ends at "
        + "\(end): it was deleted or restored; restore it, or remove the row from table “position” to begin anew"
    case .recordsLost(let partition, let cluster, let stored, let begin):
      "the database has applied \(partition.topic)/\(partition.partition) up to offset \(stored), but the topic begins at \(begin): what lies "
        + "between was removed before it was applied, by the topic's retention or since the database was restored; "
        + "restore it, or go on without it: UPDATE position SET next = \(begin) WHERE cluster = '\(cluster)' AND "
        + "topic = '\(partition.topic)' AND partition = \(partition.partition)"
    }
  }
}
