import KafkaClient
import Synchronization
import TestKit

/// Sends numbered records in batches of 40, with two batches on their way at a time, and keeps what the producer answered.
final class Sender: Sendable {
  private struct State {
    var sent: [Int32: [String]] = [:]
    var offsets: [Int32: [Int64]] = [:]
    var failures: [KafkaError] = []
    var successes = 0
    var isFinished = false
  }

  private typealias Answer = (records: [KafkaRecord], results: [Result<KafkaPosition, KafkaError>])

  private let producer: KafkaProducer
  private let topic: String
  private let partitions: Int
  private let state = Mutex(State())

  init(_ producer: KafkaProducer, topic: String, partitions: Int) {
    self.producer = producer
    self.topic = topic
    self.partitions = partitions
  }

  /// What was stored, by partition, in the order of submission.
  var sent: [Int32: [String]] { state.withLock { $0.sent } }
  /// Where the producer said that it was stored.
  var offsets: [Int32: [Int64]] { state.withLock { $0.offsets } }
  var failures: [KafkaError] { state.withLock { $0.failures } }
  var successes: Int { state.withLock { $0.successes } }

  /// Sends until `finish()`, or until the task is cancelled, and not much faster than `reader` commits.
  func run(ahead reader: CommittingReader) async throws {
    let (answers, sink) = AsyncStream.makeStream(of: Answer.self)
    var iterator = answers.makeAsyncIterator()
    var batch = 0
    while !isFinished {
      try await eventually("the reader keeps up") {
        isFinished || successes < reader.committed + 5_000
      }
      let records = (batch * 40..<(batch + 1) * 40).map {
        KafkaRecord(topic, nil, "\($0)", partition: Int32($0 % partitions))
      }
      producer.submit(records) { sink.yield((records, $0)) }
      if batch > 0, let answer = await iterator.next() { note(answer) }
      batch += 1
    }
    if batch > 0, let answer = await iterator.next() { note(answer) }
  }

  func finish() { state.withLock { $0.isFinished = true } }

  private var isFinished: Bool { state.withLock { $0.isFinished } }

  private func note(_ answer: Answer) {
    state.withLock { state in
      for (record, result) in zip(answer.records, answer.results) {
        switch result {
        case .success(let position):
          state.sent[position.partition, default: []].append(String(decoding: record.value ?? [], as: UTF8.self))
          state.offsets[position.partition, default: []].append(position.offset)
          state.successes += 1
        case .failure(let error): state.failures.append(error)
        }
      }
    }
  }
}
