internal import CRdkafka
internal import Telemetry

/// A producer handle. Used on one thread; `close` ends it.
final class NativeProducer {
  private let client: OpaquePointer
  private let context: NativeContext
  private let queue: NativeQueue
  private var topics: [String: OpaquePointer] = [:]

  init(_ configuration: KafkaConfiguration, _ options: KafkaProducerOptions, logger: Logger) throws(KafkaError) {
    let properties = [
      ("enable.idempotence", "true"),
      ("acks", "all"),
      // Java's partitioning, so that every producer agrees on a key's partition.
      ("partitioner", "murmur2_random"),
      ("message.timeout.ms", "\(options.deliveryTimeout.milliseconds)"),
      ("linger.ms", "\(options.linger.milliseconds)"),
      ("message.max.bytes", "\(options.maxRecordBytes)"),
      // The limits in flight are the client's own; librdkafka's lie above them.
      ("queue.buffering.max.messages", "\(options.maxRecordsInFlight + 1_000)"),
      ("queue.buffering.max.kbytes", "\(options.maxBytesInFlight / 512 + options.maxRecordBytes / 512 + 4_096)"),
    ]
    let prepared = try NativeConfiguration(configuration, properties)
    rd_kafka_conf_set_events(prepared.pointer, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR)
    context = NativeContext(logger: logger)
    client = try prepared.make(RD_KAFKA_PRODUCER, context: context)
    queue = NativeQueue(taking: rd_kafka_queue_get_main(client))
  }

  var descriptor: Int32 { queue.descriptor }

  /// Queues a record; `tag` (not 0) comes back with its report.
  func produce(_ record: KafkaRecord, tag: UInt) -> KafkaError? {
    guard let topic = topic(record.topic) else { return KafkaError(rd_kafka_last_error(), record.topic) }
    let headers = encode(record.headers)
    let partition = record.partition ?? -1
    let result = withBytes(record.key) { key, keyLength in
      withBytes(record.value) { value, valueLength in
        hl_kafka_produce(
          client, topic, partition, key, keyLength, value, valueLength, headers,
          UnsafeMutableRawPointer(bitPattern: tag))
      }
    }
    guard result != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
    if let headers { rd_kafka_headers_destroy(headers) }
    return KafkaError(result, record.topic)
  }

  /// A record's fate, by the tag that it was produced with.
  struct Report {
    let tag: UInt
    let result: Result<KafkaPosition, KafkaError>
  }

  /// Takes the delivery reports that have come, and the error that ended the handle, if one did.
  func drain() -> (reports: [Report], fatal: KafkaError?) {
    queue.clear()
    var reports: [Report] = []
    var fatal: KafkaError?
    while let event = rd_kafka_queue_poll(queue.pointer, 0) {
      defer { rd_kafka_event_destroy(event) }
      switch rd_kafka_event_type(event) {
      case RD_KAFKA_EVENT_DR:
        while let message = rd_kafka_event_message_next(event) { reports.append(Report(message.pointee)) }
      case RD_KAFKA_EVENT_ERROR:
        if rd_kafka_event_error_is_fatal(event) != 0 || rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__FATAL {
          fatal = KafkaError(
            RD_KAFKA_RESP_ERR__FATAL, detail: String(cString: rd_kafka_event_error_string(event)))
        } else {
          context.logger.warning(
            "kafka producer error", ["error": String(cString: rd_kafka_event_error_string(event))])
        }
      default: break
      }
    }
    return (reports, fatal)
  }

  /// Ends the handle; what was not delivered is given up. Blocks until librdkafka's threads have ended.
  func close() {
    for topic in topics.values { rd_kafka_topic_destroy(topic) }
    rd_kafka_purge(client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
    queue.close()
    rd_kafka_destroy(client)
  }

  private func topic(_ name: String) -> OpaquePointer? {
    if let known = topics[name] { return known }
    guard let made = rd_kafka_topic_new(client, name, nil) else { return nil }
    topics[name] = made
    return made
  }

  private func encode(_ headers: [KafkaHeader]) -> OpaquePointer? {
    guard !headers.isEmpty else { return nil }
    let list = rd_kafka_headers_new(headers.count)
    for header in headers {
      withBytes(header.value) { value, length in
        _ = rd_kafka_header_add(list, header.name, -1, value, length)
      }
    }
    return list
  }

  /// The bytes, or NULL for nil; an empty value is not NULL.
  private func withBytes<R>(_ bytes: [UInt8]?, _ body: (UnsafeRawPointer?, Int) -> R) -> R {
    guard let bytes else { return body(nil, 0) }
    return bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return withUnsafeBytes(of: 0 as UInt8) { body($0.baseAddress, 0) } }
      return body(base, buffer.count)
    }
  }
}

extension NativeProducer.Report {
  fileprivate init(_ message: rd_kafka_message_t) {
    tag = UInt(bitPattern: message._private)
    if message.err == RD_KAFKA_RESP_ERR_NO_ERROR {
      result = .success(KafkaPosition(partition: message.partition, offset: message.offset))
    } else {
      result = .failure(KafkaError(message.err, String(cString: rd_kafka_topic_name(message.rkt))))
    }
  }
}
