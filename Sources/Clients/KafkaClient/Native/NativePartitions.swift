internal import CRdkafka

/// A list of partitions as librdkafka takes and returns them; frees itself.
struct NativePartitions: ~Copyable {
  let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

  init(_ partitions: some Collection<TopicPartition>) {
    pointer = rd_kafka_topic_partition_list_new(Int32(partitions.count))
    for partition in partitions {
      rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition)
    }
  }

  /// With an offset each.
  init(offsets: some Collection<(key: TopicPartition, value: Int64)>) {
    pointer = rd_kafka_topic_partition_list_new(Int32(offsets.count))
    for (partition, offset) in offsets {
      rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition)?.pointee.offset = offset
    }
  }

  /// With an offset and metadata each.
  init(commits: [TopicPartition: KafkaCommit]) {
    pointer = rd_kafka_topic_partition_list_new(Int32(commits.count))
    for (partition, commit) in commits {
      let element = rd_kafka_topic_partition_list_add(pointer, partition.topic, partition.partition)
      element?.pointee.offset = commit.offset
      if let metadata = commit.metadata, !metadata.isEmpty {
        // Freed together with the list.
        element?.pointee.metadata = UnsafeMutableRawPointer(strdup(metadata))
        element?.pointee.metadata_size = metadata.utf8.count
      }
    }
  }

  deinit { rd_kafka_topic_partition_list_destroy(pointer) }

  var elements: UnsafeBufferPointer<rd_kafka_topic_partition_t> { pointer.pointee.buffer }
}

extension rd_kafka_topic_partition_list_t {
  /// Valid as long as the list.
  var buffer: UnsafeBufferPointer<rd_kafka_topic_partition_t> { UnsafeBufferPointer(start: elems, count: Int(cnt)) }

  /// The first error of a partition, if there is one.
  func firstError(_ context: String) -> KafkaError? {
    for element in buffer where element.err != RD_KAFKA_RESP_ERR_NO_ERROR {
      return KafkaError(element.err, "\(context) \(element.topicPartition)")
    }
    return nil
  }

  /// What the group committed, by partition; those without a commit are left out.
  var commits: [TopicPartition: KafkaCommit] {
    var commits: [TopicPartition: KafkaCommit] = [:]
    for element in buffer where element.offset >= 0 {
      commits[element.topicPartition] = KafkaCommit(offset: element.offset, metadata: element.metadataText)
    }
    return commits
  }
}

extension rd_kafka_topic_partition_t {
  var topicPartition: TopicPartition { TopicPartition(topic: String(cString: topic), partition: partition) }

  var metadataText: String? {
    guard let metadata, metadata_size > 0 else { return nil }
    return String(decoding: UnsafeRawBufferPointer(start: metadata, count: metadata_size), as: UTF8.self)
  }
}
