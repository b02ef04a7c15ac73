internal import CRdkafka
internal import Telemetry

/// librdkafka's mock cluster, and the handle that it lives in.
///
/// `@unchecked Sendable`: the mock cluster has locks and a thread of its own; only the end must not meet other calls, and
/// it comes with the last reference.
final class MockCluster: @unchecked Sendable {
  private let client: OpaquePointer
  private let cluster: OpaquePointer
  private let context: NativeContext
  let bootstrap: String

  init(brokers: Int32, logger: Logger) throws(KafkaError) {
    context = NativeContext(logger: logger)
    let configuration = KafkaConfiguration(bootstrap: "", clientID: "embedded-kafka")
    client = try NativeConfiguration(configuration, []).make(RD_KAFKA_PRODUCER, context: context)
    guard let cluster = rd_kafka_mock_cluster_new(client, brokers) else {
      rd_kafka_destroy(client)
      throw KafkaError(code: .other, message: "the embedded cluster with \(brokers) brokers cannot be made")
    }
    self.cluster = cluster
    bootstrap = String(cString: rd_kafka_mock_cluster_bootstraps(cluster))
  }

  deinit {
    rd_kafka_mock_cluster_destroy(cluster)
    rd_kafka_destroy(client)
  }

  func createTopic(_ name: String, partitions: Int32, replicas: Int32) throws(KafkaError) {
    try check(rd_kafka_mock_topic_create(cluster, name, partitions, replicas), "creating \(name)")
  }

  func failNext(_ request: Int16, with codes: [Int32]) {
    let errors = codes.map { rd_kafka_resp_err_t(rawValue: $0) }
    rd_kafka_mock_push_request_errors_array(cluster, request, errors.count, errors)
  }

  func setBroker(_ id: Int32, isUp: Bool) throws(KafkaError) {
    let result = isUp ? rd_kafka_mock_broker_set_up(cluster, id) : rd_kafka_mock_broker_set_down(cluster, id)
    try check(result, "broker \(id)")
  }

  func setRoundTrip(_ time: Duration, broker id: Int32) throws(KafkaError) {
    try check(rd_kafka_mock_broker_set_rtt(cluster, id, time.milliseconds), "broker \(id)")
  }

  func setLeader(of partition: TopicPartition, to broker: Int32) throws(KafkaError) {
    try check(
      rd_kafka_mock_partition_set_leader(cluster, partition.topic, partition.partition, broker), "\(partition)")
  }

  private func check(_ result: rd_kafka_resp_err_t, _ context: String) throws(KafkaError) {
    if result != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(result, context) }
  }
}
