internal import ItemModel
internal import KafkaClient

/// Delivers to a system through its own topic.
///
/// `@unchecked Sendable`: used on the engine's thread only; the producer's results are posted there.
final class KafkaSender: SystemSender, @unchecked Sendable {
  private let name: String
  private let topic: String
  /// Whether the system answers by itself later.
  private let acknowledges: Bool
  private let producer: KafkaProducer
  private unowned let host: any SenderHost
  private var batch: [Delivery] = []
  private var open: [UInt64: [Delivery]] = [:]
  private var lastBatch: UInt64 = 0

  init(name: String, topic: String, acknowledges: Bool, producer: KafkaProducer, host: any SenderHost) {
    self.name = name
    self.topic = topic
    self.acknowledges = acknowledges
    self.producer = producer
    self.host = host
  }

  var waiting: Int { batch.count }

  func send(_ delivery: Delivery) {
    batch.append(delivery)
    host.mustFlush(self)
  }

  func flush(at now: ContinuousClock.Instant) {
    guard !batch.isEmpty else { return }
    let records = batch.map { delivery in
      KafkaRecord(
        topic: topic, key: delivery.run.message.key.messageKey, value: delivery.snippet,
        headers: delivery.headers(system: name).map { KafkaHeader($0.name, $0.value) })
    }
    lastBatch += 1
    let number = lastBatch
    open[number] = batch
    batch = []
    producer.submit(records) { [weak self, weak host] results in
      guard let self, let host else { return }
      host.post { withExtendedLifetime(host) { self.complete(number, results) } }
    }
  }

  private func complete(_ number: UInt64, _ results: [Result<KafkaPosition, KafkaError>]) {
    guard let deliveries = open.removeValue(forKey: number) else { return }
    for (delivery, result) in zip(deliveries, results) { host.finish(delivery, meaning(result)) }
  }

  private func meaning(_ result: Result<KafkaPosition, KafkaError>) -> SystemResult {
    switch result {
    case .success: return SystemResult(acknowledges ? .sent : .accepted)
    case .failure(let error):
      switch error.code {
      case .messageTooLarge: return .dataError("too_large", "the snippet is larger than the system's topic takes")
      case .timedOut: return .systemError("timeout", error.message)
      default: return .systemError("kafka_\(error.code.rawValue)", error.message)
      }
    }
  }
}
