internal import CRdkafka
internal import Glibc

/// librdkafka as a C program would use it: the limit that the client is compared with.
struct BareKafka {
  let bootstrap: String

  /// Produces with at most 100,000 records in flight, and takes one report per record.
  func produce(_ count: Int, to topic: String) {
    let client = producer(linger: 5)
    let handle = rd_kafka_topic_new(client, topic, nil)
    let queue = rd_kafka_queue_get_main(client)
    var sent = 0
    var done = 0
    while done < count {
      while sent < count, sent - done < 100_000 {
        send(sent, handle, client)
        sent += 1
        if sent % 1_000 == 0 { break }
      }
      done += reports(queue, waiting: sent == count || sent - done >= 100_000 ? 100 : 0)
    }
    rd_kafka_queue_destroy(queue)
    rd_kafka_topic_destroy(handle)
    rd_kafka_destroy(client)
  }

  /// Milliseconds from a batch of 10 to its last report.
  func roundTrips(_ count: Int, to topic: String) -> [Double] {
    let client = producer(linger: 2)
    let handle = rd_kafka_topic_new(client, topic, nil)
    let queue = rd_kafka_queue_get_main(client)
    func round() -> Double {
      ContinuousClock().measure {
        for index in 0..<10 { send(index, handle, client) }
        var done = 0
        while done < 10 { done += reports(queue, waiting: 100) }
      } / .milliseconds(1)
    }
    _ = round()
    let times = (0..<count).map { _ in round() }
    rd_kafka_queue_destroy(queue)
    rd_kafka_topic_destroy(handle)
    rd_kafka_destroy(client)
    return times
  }

  /// Takes batches and looks at no record.
  func consume(_ count: Int, from topic: String) {
    let conf = configuration([
      ("group.id", "bare-\(topic)"), ("enable.auto.commit", "false"), ("enable.auto.offset.store", "false"),
      ("auto.offset.reset", "earliest"), ("queued.max.messages.kbytes", "32768"), ("queued.min.messages", "10000000"),
      ("fetch.wait.max.ms", "100"),
    ])
    let client = make(RD_KAFKA_CONSUMER, conf)
    rd_kafka_poll_set_consumer(client)
    let list = rd_kafka_topic_partition_list_new(1)
    rd_kafka_topic_partition_list_add(list, topic, -1)
    rd_kafka_subscribe(client, list)
    rd_kafka_topic_partition_list_destroy(list)
    let queue = rd_kafka_queue_get_consumer(client)
    var taken = [UnsafeMutablePointer<rd_kafka_message_t>?](repeating: nil, count: batchSize)
    var seen = 0
    while seen < count {
      let found = rd_kafka_consume_batch_queue(queue, 100, &taken, taken.count)
      for index in 0..<max(0, found) {
        if taken[index]?.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR { seen += 1 }
        rd_kafka_message_destroy(taken[index])
      }
    }
    rd_kafka_queue_destroy(queue)
    rd_kafka_consumer_close(client)
    rd_kafka_destroy(client)
  }

  private func send(_ index: Int, _ topic: OpaquePointer?, _ client: OpaquePointer?) {
    let key = keys[index % keys.count]
    let result = hl_kafka_produce(client, topic, -1, key, key.count, value, value.count, nil, nil)
    if result != RD_KAFKA_RESP_ERR_NO_ERROR { print(String(cString: rd_kafka_err2str(result))) }
  }

  /// Counts the reports that have come.
  private func reports(_ queue: OpaquePointer?, waiting limit: Int32) -> Int {
    var count = 0
    var limit = limit
    while let event = rd_kafka_queue_poll(queue, limit) {
      while let message = rd_kafka_event_message_next(event) {
        count += 1
        if message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR {
          print(String(cString: rd_kafka_message_errstr(message)))
        }
      }
      rd_kafka_event_destroy(event)
      limit = 0
    }
    return count
  }

  private func producer(linger: Int) -> OpaquePointer? {
    let conf = configuration([
      ("enable.idempotence", "true"), ("partitioner", "murmur2_random"), ("linger.ms", "\(linger)"),
      ("queue.buffering.max.messages", "101000"), ("queue.buffering.max.kbytes", "137000"),
    ])
    rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR)
    return make(RD_KAFKA_PRODUCER, conf)
  }

  private func configuration(_ properties: [(String, String)]) -> OpaquePointer? {
    let conf = rd_kafka_conf_new()
    var text = [CChar](repeating: 0, count: 512)
    for (key, value) in properties + [("bootstrap.servers", bootstrap)] {
      if rd_kafka_conf_set(conf, key, value, &text, text.count) != RD_KAFKA_CONF_OK { print("\(key) was refused") }
    }
    return conf
  }

  private func make(_ kind: rd_kafka_type_t, _ conf: OpaquePointer?) -> OpaquePointer? {
    var text = [CChar](repeating: 0, count: 512)
    return rd_kafka_new(kind, conf, &text, text.count)
  }
}
