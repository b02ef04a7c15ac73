internal import ItemModel
internal import KafkaClient
internal import MessageProxy
internal import Telemetry

/// Produces outcomes, in batches, and only then completes their messages. What Kafka does not take is tried again, however
/// long Kafka is away: a message whose outcome is nowhere must not count as done. One that is too large, which no message
/// of ours can bring about, would never be taken: its message becomes a dead letter.
///
/// `@unchecked Sendable`: used on the engine's thread only; the producer's results are posted there.
final class OutcomeWriter: @unchecked Sendable {
  private struct Entry {
    let id: MessageID
    let sink: any CompletionSink
    let lane: Lane
    let record: KafkaRecord
  }

  private let topic: String
  private let producer: KafkaProducer
  private let retryPause: Duration
  private let logger: Logger
  private unowned let host: any OutcomeHost
  private var batch: [Entry] = []
  private var open: [UInt64: [Entry]] = [:]
  private var lastBatch: UInt64 = 0

  init(topic: String, producer: KafkaProducer, retryPause: Duration, host: any OutcomeHost, logger: Logger) {
    self.topic = topic
    self.producer = producer
    self.retryPause = retryPause
    self.host = host
    self.logger = logger
  }

  func add(_ outcome: OutcomeMessage, of run: SetupRun) {
    batch.append(
      Entry(
        id: run.id, sink: run.sink, lane: outcome.lane,
        record: KafkaRecord(topic: topic, key: outcome.key.messageKey, value: outcome.encode())))
  }

  func flush() {
    guard !batch.isEmpty else { return }
    lastBatch += 1
    let number = lastBatch
    open[number] = batch
    let records = batch.map(\.record)
    batch = []
    producer.submit(records) { [weak self, weak host] results in
      guard let self, let host else { return }
      host.post { withExtendedLifetime(host) { self.complete(number, results) } }
    }
  }

  private func complete(_ number: UInt64, _ results: [Result<KafkaPosition, KafkaError>]) {
    guard let entries = open.removeValue(forKey: number) else { return }
    // A lane has one sink.
    var done: [Lane: (sink: any CompletionSink, completions: [(id: MessageID, verdict: Verdict)])] = [:]
    var failed: [Entry] = []
    var reason: KafkaError?
    for (entry, result) in zip(entries, results) {
      switch result {
      case .success:
        done[entry.lane, default: (entry.sink, [])].completions.append((entry.id, .done))
      case .failure(let error) where error.code == .messageTooLarge:
        let verdict = Verdict.deadLetter(FailureReason(code: "outcome_too_large", text: error.message))
        done[entry.lane, default: (entry.sink, [])].completions.append((entry.id, verdict))
      case .failure(let error):
        failed.append(entry)
        reason = error
      }
    }
    if let reason {
      host.outcomesFailed(failed.count)
      logger.error("outcomes not produced", ["count": "\(failed.count)", "error": reason.description])
      for (_, entries) in Dictionary(grouping: failed, by: \.lane) {
        entries[0].sink.liftDeadline(of: entries.map(\.id))
      }
      host.after(retryPause) { [weak self] in self?.batch += failed }
    }
    for (sink, completions) in done.values { sink.complete(completions) }
  }
}

/// What the outcome writer asks the engine.
protocol OutcomeHost: AnyObject, Sendable {
  func post(_ job: @escaping @Sendable () -> Void)
  /// Runs `action` on the engine's thread after a while, and then what every turn ends with.
  func after(_ delay: Duration, _ action: @escaping () -> Void)
  func outcomesFailed(_ count: Int)
}
