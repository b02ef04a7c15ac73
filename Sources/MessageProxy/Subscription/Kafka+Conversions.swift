internal import KafkaClient

extension SourcePartition {
  init(_ partition: TopicPartition) { self.init(topic: partition.topic, partition: partition.partition) }
}

extension TopicPartition {
  init(_ partition: SourcePartition) { self.init(topic: partition.topic, partition: partition.partition) }
}

extension SourceBatch<KafkaMessage> {
  init(_ batch: KafkaPartitionBatch) {
    self.init(
      partition: SourcePartition(batch.topicPartition), epoch: batch.epoch, from: batch.from, next: batch.next,
      messages: batch.records.map {
        Message(offset: $0.offset, key: $0.key, bytes: $0.payloadBytes, payload: $0)
      })
  }
}

extension KafkaMessage {
  /// Bytes of key, value and headers.
  fileprivate var payloadBytes: Int {
    headers.reduce((key?.count ?? 0) + (value?.count ?? 0)) { $0 + $1.name.utf8.count + ($1.value?.count ?? 0) }
  }
}

extension DeadLetter {
  init(_ message: OutboundMessage<KafkaMessage>, _ reason: FailureReason) {
    self.init(
      topic: message.partition.topic, partition: message.partition.partition, offset: message.id.offset,
      key: message.payload.key, value: message.payload.value, headers: message.payload.headers,
      attempts: message.attempt, reason: reason)
  }
}
