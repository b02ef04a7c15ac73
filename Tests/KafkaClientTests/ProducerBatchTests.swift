@testable import KafkaClient
import Synchronization
import Testing

/// A batch's bookkeeping of results, without a cluster.
struct ProducerBatchTests {
  private func batch(
    _ count: Int, _ answer: @escaping @Sendable ([Result<KafkaPosition, KafkaError>]) -> Void = { _ in }
  )
    -> ProducerBatch
  {
    let records = (0..<count).map { KafkaRecord(topic: "t", key: [0], value: [UInt8](repeating: 0, count: $0)) }
    return ProducerBatch(id: .max, records: records, completion: answer)
  }

  @Test func `tags name the batch and the record, and are never 0`() {
    let batch = batch(3)
    for index in 0..<3 {
      #expect(
        ProducerBatch.id(ofTag: batch.tag(index)) == .max && ProducerBatch.index(ofTag: batch.tag(index)) == index)
    }
    #expect(ProducerBatch(id: 1, records: [], completion: { _ in }).tag(0) != 0)
  }

  @Test func `a record is settled once, and the results keep the records' order`() {
    let answered = Mutex<[Result<KafkaPosition, KafkaError>]>([])
    let batch = batch(3) { results in answered.withLock { $0 = results } }
    let places = (0..<3).map { KafkaPosition(partition: 0, offset: Int64($0)) }
    for index in [2, 0] { #expect(batch.settle(index, .success(places[index])) == index + 1) }
    #expect(batch.settle(0, .failure(.stopped)) == nil && batch.settle(3, .failure(.stopped)) == nil)
    #expect(!batch.isSettled)
    #expect(batch.settle(1, .failure(.stopped)) == 2 && batch.isSettled)
    batch.complete()
    #expect(answered.withLock { $0 } == [.success(places[0]), .failure(.stopped), .success(places[2])])
  }

  @Test func `failing what was handed over leaves the rest to be sent`() {
    let batch = batch(4)
    for _ in 0..<2 { batch.advance() }
    _ = batch.settle(0, .success(KafkaPosition(partition: 0, offset: 0)))
    batch.fail(.stopped, handedOverOnly: true)
    #expect(!batch.isSettled && !batch.isHandedOver && batch.next == 2)
    batch.fail(.stopped, handedOverOnly: false)
    #expect(batch.isSettled && batch.isHandedOver)
  }
}
