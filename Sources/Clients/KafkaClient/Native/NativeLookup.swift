internal import CRdkafka

/// Look-ups that block the calling thread until a broker answers or the time is over.
///
/// `@unchecked Sendable`: librdkafka's handles may be used from any thread; the handle's owner ends the thread that makes
/// the look-ups before it destroys the handle.
struct NativeLookup: @unchecked Sendable {
  let client: OpaquePointer

  /// What the handle's own group has committed.
  func committed(_ partitions: [TopicPartition], within limit: Duration) throws(KafkaError) -> [TopicPartition:
    KafkaCommit]
  {
    let list = NativePartitions(partitions)
    let result = rd_kafka_committed(client, list.pointer, limit.milliseconds)
    guard result == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(result, "looking committed offsets up") }
    if let error = list.pointer.pointee.firstError("looking committed offsets up for") { throw error }
    return list.pointer.pointee.commits
  }
}
