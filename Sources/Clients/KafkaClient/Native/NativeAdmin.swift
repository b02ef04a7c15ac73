internal import CRdkafka
internal import Telemetry

/// A handle for questions to the cluster. Every call blocks its thread until the answer or the limit.
///
/// `@unchecked Sendable`: librdkafka's handles may be used from any thread.
final class NativeAdmin: @unchecked Sendable {
  private let client: OpaquePointer
  private let context: NativeContext
  private let configuration: KafkaConfiguration

  init(_ configuration: KafkaConfiguration, logger: Logger) throws(KafkaError) {
    self.configuration = configuration
    context = NativeContext(logger: logger)
    client = try NativeConfiguration(configuration, []).make(RD_KAFKA_PRODUCER, context: context)
  }

  deinit { rd_kafka_destroy(client) }

  func clusterID(within limit: Duration) throws(KafkaError) -> String {
    guard let text = rd_kafka_clusterid(client, limit.milliseconds) else { throw unreachable(limit) }
    defer { rd_kafka_mem_free(client, text) }
    return String(cString: text)
  }

  /// Asks a broker about the brokers alone.
  func ping(within limit: Duration) throws(KafkaError) {
    var answer: UnsafePointer<rd_kafka_metadata>?
    let result = rd_kafka_metadata(client, 0, nil, &answer, limit.milliseconds)
    guard result == RD_KAFKA_RESP_ERR_NO_ERROR, let answer else { throw told(result, "asking for the brokers", limit) }
    rd_kafka_metadata_destroy(answer)
  }

  func topics(within limit: Duration) throws(KafkaError) -> [KafkaTopic] {
    var answer: UnsafePointer<rd_kafka_metadata>?
    let result = rd_kafka_metadata(client, 1, nil, &answer, limit.milliseconds)
    guard result == RD_KAFKA_RESP_ERR_NO_ERROR, let answer else { throw told(result, "listing topics", limit) }
    defer { rd_kafka_metadata_destroy(answer) }
    let metadata = answer.pointee
    return UnsafeBufferPointer(start: metadata.topics, count: Int(metadata.topic_cnt)).map(KafkaTopic.init)
  }

  func createTopics(_ topics: [KafkaNewTopic], within limit: Duration) throws(KafkaError) -> [String: KafkaError] {
    var made: [OpaquePointer?] = []
    defer { for topic in made { rd_kafka_NewTopic_destroy(topic) } }
    for topic in topics { made.append(try native(topic)) }
    return try request(RD_KAFKA_ADMIN_OP_CREATETOPICS, "creating topics", limit) { options, queue in
      rd_kafka_CreateTopics(client, &made, made.count, options, queue)
    } read: { event in
      var count = 0
      let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
      var failures: [String: KafkaError] = [:]
      for result in UnsafeBufferPointer(start: results, count: count) {
        let error = rd_kafka_topic_result_error(result)
        guard error != RD_KAFKA_RESP_ERR_NO_ERROR, let name = rd_kafka_topic_result_name(result) else { continue }
        let detail = rd_kafka_topic_result_error_string(result).map { String(cString: $0) }
        failures[String(cString: name)] = KafkaError(error, String(cString: name), detail: detail)
      }
      return .success(failures)
    }
  }

  func watermarks(_ partition: TopicPartition, within limit: Duration) throws(KafkaError) -> KafkaWatermarks {
    var low: Int64 = 0
    var high: Int64 = 0
    let result = rd_kafka_query_watermark_offsets(
      client, partition.topic, partition.partition, &low, &high, limit.milliseconds)
    guard result == RD_KAFKA_RESP_ERR_NO_ERROR else { throw told(result, "watermarks of \(partition)", limit) }
    return KafkaWatermarks(low: low, high: high)
  }

  func offsets(_ times: [TopicPartition: Int64], within limit: Duration) throws(KafkaError) -> [TopicPartition: Int64] {
    let list = NativePartitions(offsets: Array(times))
    let result = rd_kafka_offsets_for_times(client, list.pointer, limit.milliseconds)
    guard result == RD_KAFKA_RESP_ERR_NO_ERROR else { throw told(result, "offsets by time", limit) }
    if let error = list.pointer.pointee.firstError("offset by time of") { throw error }
    var offsets: [TopicPartition: Int64] = [:]
    for element in list.elements where element.offset >= 0 { offsets[element.topicPartition] = element.offset }
    return offsets
  }

  /// Asked through a member's handle that never joins: librdkafka 2.0's ListConsumerGroupOffsets crashes now and then when
  /// it reads an answer.
  func committed(
    group: String, _ partitions: [TopicPartition], within limit: Duration
  ) throws(KafkaError) -> [TopicPartition: KafkaCommit] {
    let properties = [("group.id", group), ("enable.auto.commit", "false")]
    let member = try NativeConfiguration(configuration, properties).make(RD_KAFKA_CONSUMER, context: context)
    defer { rd_kafka_destroy_flags(member, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE) }
    do throws(KafkaError) {
      return try NativeLookup(client: member).committed(partitions, within: limit)
    } catch {
      throw told(rd_kafka_resp_err_t(rawValue: error.rawCode), "offsets of group \(group)", limit)
    }
  }

  // MARK: Requests

  /// Sends an admin request and waits for its event.
  private func request<Answer>(
    _ kind: rd_kafka_admin_op_t, _ action: String, _ limit: Duration,
    send: (_ options: OpaquePointer?, _ queue: OpaquePointer?) -> Void,
    read: (_ event: OpaquePointer) -> Result<Answer, KafkaError>
  ) throws(KafkaError) -> Answer {
    let options = rd_kafka_AdminOptions_new(client, kind)
    defer { rd_kafka_AdminOptions_destroy(options) }
    var text = [CChar](repeating: 0, count: 256)
    rd_kafka_AdminOptions_set_request_timeout(options, limit.milliseconds, &text, text.count)
    let queue = rd_kafka_queue_new(client)
    defer { rd_kafka_queue_destroy(queue) }
    send(options, queue)
    // librdkafka keeps the limit itself; ours is only the net beneath.
    guard let event = rd_kafka_queue_poll(queue, limit.milliseconds + 1_000) else {
      throw told(RD_KAFKA_RESP_ERR__TIMED_OUT, action, limit)
    }
    defer { rd_kafka_event_destroy(event) }
    let result = rd_kafka_event_error(event)
    guard result == RD_KAFKA_RESP_ERR_NO_ERROR else { throw told(result, action, limit) }
    return try read(event).get()
  }

  private func native(_ topic: KafkaNewTopic) throws(KafkaError) -> OpaquePointer? {
    var text = [CChar](repeating: 0, count: 256)
    guard
      let made = rd_kafka_NewTopic_new(topic.name, topic.partitions, topic.replicationFactor, &text, text.count)
    else { throw KafkaError(code: .configuration, message: "topic \(topic.name): \(String(nullTerminated: text))") }
    for (key, value) in topic.properties { rd_kafka_NewTopic_set_config(made, key, value) }
    return made
  }

  /// An error of a call; when no broker was there at all, that is what it says.
  private func told(_ raw: rd_kafka_resp_err_t, _ action: String, _ limit: Duration) -> KafkaError {
    let error = KafkaError(raw, action)
    guard error.code == .timedOut || error.code == .unreachable else { return error }
    return KafkaError(
      code: error.code, message: "\(error.message) (asked \(configuration.bootstrap) for \(limit))",
      rawCode: error.rawCode,
      isRetriable: true)
  }

  private func unreachable(_ limit: Duration) -> KafkaError {
    KafkaError(
      code: .unreachable, message: "no broker answered at \(configuration.bootstrap) within \(limit)", isRetriable: true
    )
  }
}

extension KafkaTopic {
  fileprivate init(_ topic: rd_kafka_metadata_topic) {
    let partitions = UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt))
    self.init(
      name: String(cString: topic.topic),
      partitions: partitions.sorted { $0.id < $1.id }.map {
        Partition(id: $0.id, leader: $0.leader < 0 ? nil : $0.leader, replicas: Int($0.replica_cnt))
      })
  }
}
