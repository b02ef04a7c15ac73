internal import CRdkafka
internal import Telemetry

/// A group member's handle. Used on one thread, but for `lookup`; `close` ends it.
final class NativeConsumer {
  /// How many records one call takes from librdkafka at most.
  static let batchLimit = 1_000

  let lookup: NativeLookup
  private let client: OpaquePointer
  private let context: NativeContext
  private let records: NativeQueue
  private let replies: NativeQueue
  private var taken = [UnsafeMutablePointer<rd_kafka_message_t>?](repeating: nil, count: NativeConsumer.batchLimit)

  init(
    _ configuration: KafkaConfiguration, group: String, _ options: KafkaConsumerOptions, logger: Logger
  ) throws(KafkaError) {
    let properties = [
      ("group.id", group),
      ("partition.assignment.strategy", options.assignor.rawValue),
      ("session.timeout.ms", "\(options.sessionTimeout.milliseconds)"),
      ("max.poll.interval.ms", "\(options.maxPollInterval.milliseconds)"),
      ("heartbeat.interval.ms", "\(min(3_000, options.sessionTimeout.milliseconds / 3))"),
      // The application commits what it has done, by explicit lists, which alone keep the metadata.
      ("enable.auto.commit", "false"),
      ("enable.auto.offset.store", "false"),
      // A position outside the log is reported, so that the jump to the log's beginning shows in the next batch.
      ("auto.offset.reset", "error"),
      ("queued.max.messages.kbytes", "\(max(1, options.maxPrefetchBytes / 1_024))"),
      // Bytes alone limit what is fetched ahead: at either limit librdkafka waits a whole second before it fetches again.
      ("queued.min.messages", "10000000"),
      ("fetch.min.bytes", "\(max(1, options.fetchBytes))"),
      ("fetch.wait.max.ms", "\(max(1, options.fetchWait.milliseconds))"),
    ]
    let prepared = try NativeConfiguration(configuration, properties)
    rd_kafka_conf_set_rebalance_cb(prepared.pointer, rebalanceCallback)
    rd_kafka_conf_set_error_cb(prepared.pointer, errorCallback)
    context = NativeContext(logger: logger)
    client = try prepared.make(RD_KAFKA_CONSUMER, context: context)
    rd_kafka_poll_set_consumer(client)
    records = NativeQueue(taking: rd_kafka_queue_get_consumer(client))
    replies = NativeQueue(taking: rd_kafka_queue_new(client))
    lookup = NativeLookup(client: client)
  }

  var recordsDescriptor: Int32 { records.descriptor }
  var repliesDescriptor: Int32 { replies.descriptor }

  func subscribe(_ topics: [String]) -> KafkaError? {
    let list = NativePartitions(topics.map { TopicPartition(topic: $0, partition: -1) })
    let result = rd_kafka_subscribe(client, list.pointer)
    return result == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(result, "subscribing")
  }

  func unsubscribe() { rd_kafka_unsubscribe(client) }

  // MARK: Polling

  /// Takes records and errors of partitions, at most `batchLimit`; also runs the callbacks that are due. Answers whether
  /// anything came: then there may be more.
  func poll(_ receive: (_ partition: NativePartitionKey, _ message: Result<KafkaMessage, KafkaError>) -> Void) -> Bool {
    records.clear()
    let count = rd_kafka_consume_batch_queue(records.pointer, 0, &taken, taken.count)
    guard count > 0 else { return !context.rebalances.isEmpty }
    for index in 0..<count {
      guard let message = taken[index] else { continue }
      defer { rd_kafka_message_destroy(message) }
      let key = NativePartitionKey(topic: message.pointee.rkt, partition: message.pointee.partition)
      if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
        receive(key, .success(KafkaMessage(copying: message)))
      } else {
        let detail = rd_kafka_message_errstr(message).map { String(cString: $0) }
        receive(key, .failure(KafkaError(message.pointee.err, detail: detail)))
      }
    }
    return true
  }

  /// Makes the records' descriptor unreadable until more comes, without taking anything.
  func clearWakeup() { records.clear() }

  /// The group's decisions since the last call.
  func takeRebalances() -> [NativeRebalance] {
    defer { context.rebalances.removeAll() }
    return context.rebalances
  }

  /// The errors of the client as a whole since the last call.
  func takeErrors() -> [KafkaError] {
    defer { context.errors.removeAll() }
    return context.errors
  }

  // MARK: Assignment

  /// Begins at the given offsets, which may be `NativeOffset`s. Also answers the group's assignment.
  func assign(_ offsets: [TopicPartition: Int64]) -> KafkaError? {
    let list = NativePartitions(offsets: Array(offsets))
    let result = rd_kafka_assign(client, list.pointer)
    return result == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(result, "assigning")
  }

  /// Gives all partitions back. Also answers the group's revocation.
  func unassign() -> KafkaError? {
    let result = rd_kafka_assign(client, nil)
    return result == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(result, "unassigning")
  }

  /// Discards what was fetched ahead and reads on at the given offsets.
  func seek(_ offsets: [TopicPartition: Int64]) -> KafkaError? {
    let list = NativePartitions(offsets: Array(offsets))
    // Waits for librdkafka's own thread, not for a broker.
    if let error = KafkaError(taking: rd_kafka_seek_partitions(client, list.pointer, 2_000), "seeking") { return error }
    return list.pointer.pointee.firstError("seeking in")
  }

  func pause(_ partitions: some Collection<TopicPartition>) {
    guard !partitions.isEmpty else { return }
    let list = NativePartitions(partitions)
    rd_kafka_pause_partitions(client, list.pointer)
  }

  func resume(_ partitions: some Collection<TopicPartition>) {
    guard !partitions.isEmpty else { return }
    let list = NativePartitions(partitions)
    rd_kafka_resume_partitions(client, list.pointer)
  }

  // MARK: Commits

  /// Sends a commit; its outcome comes with `tag` (not 0) in `drainCommits`.
  func commit(_ commits: [TopicPartition: KafkaCommit], tag: UInt) -> KafkaError? {
    let list = NativePartitions(commits: commits)
    let result = rd_kafka_commit_queue(
      client, list.pointer, replies.pointer, nil, UnsafeMutableRawPointer(bitPattern: tag))
    return result == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(result, "committing")
  }

  func drainCommits(_ outcome: (_ tag: UInt, _ error: KafkaError?) -> Void) {
    replies.clear()
    while let event = rd_kafka_queue_poll(replies.pointer, 0) {
      defer { rd_kafka_event_destroy(event) }
      guard rd_kafka_event_type(event) == RD_KAFKA_EVENT_OFFSET_COMMIT else { continue }
      let tag = UInt(bitPattern: rd_kafka_event_opaque(event))
      let failed = rd_kafka_event_topic_partition_list(event)?.pointee.firstError("committing")
      let result = rd_kafka_event_error(event)
      let whole = result == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(result, "committing")
      outcome(tag, failed ?? whole)
    }
  }

  // MARK: The end

  /// Begins to leave the group; poll until `isClosed`. A revocation may still come.
  func leave() -> KafkaError? { KafkaError(taking: rd_kafka_consumer_close_queue(client, records.pointer), "leaving") }

  var isClosed: Bool { rd_kafka_consumer_closed(client) != 0 }

  /// Ends the handle, without leaving the group unless that was done. Blocks until librdkafka's threads have ended.
  func close() {
    records.close()
    replies.close()
    rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
  }
}

/// Offsets that stand for a place in the log.
enum NativeOffset {
  static let beginning: Int64 = Int64(RD_KAFKA_OFFSET_BEGINNING)
  static let end: Int64 = Int64(RD_KAFKA_OFFSET_END)
}

/// Called inside a poll, on the consumer's thread. Only notes the decision: the partitions are assigned or given back
/// when the application has answered.
private let rebalanceCallback:
  @convention(c) (
    OpaquePointer?, rd_kafka_resp_err_t, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
    UnsafeMutableRawPointer?
  ) -> Void = { client, reason, partitions, _ in
    guard let context = NativeContext.of(client) else { return }
    switch reason {
    case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS:
      context.rebalances.append(.assign(partitions?.pointee.buffer.map(\.topicPartition) ?? []))
    case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
      context.rebalances.append(.revoke(isLost: rd_kafka_assignment_lost(client) != 0))
    default:
      context.rebalances.append(.failed(KafkaError(reason, "rebalancing")))
    }
  }

/// Called inside a poll, on the consumer's thread.
private let errorCallback:
  @convention(c) (OpaquePointer?, Int32, UnsafePointer<CChar>?, UnsafeMutableRawPointer?) -> Void = {
    client, code, reason, _ in
    guard let context = NativeContext.of(client) else { return }
    let error = KafkaError(rd_kafka_resp_err_t(rawValue: code), detail: reason.map { String(cString: $0) })
    context.errors.append(error)
  }
