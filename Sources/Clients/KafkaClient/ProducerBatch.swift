/// Records submitted together, and what became of each.
final class ProducerBatch {
  typealias Completion = @Sendable ([Result<KafkaPosition, KafkaError>]) -> Void

  let id: UInt32
  private(set) var records: [KafkaRecord]
  /// The first record that was not handed over yet.
  private(set) var next = 0
  private var results: [Result<KafkaPosition, KafkaError>?]
  private var unsettled: Int
  private let completion: Completion

  init(id: UInt32, records: [KafkaRecord], completion: @escaping Completion) {
    self.id = id
    self.records = records
    self.completion = completion
    results = Array(repeating: nil, count: records.count)
    unsettled = records.count
  }

  var isHandedOver: Bool { next == results.count }
  var isSettled: Bool { unsettled == 0 }

  /// What comes back with the report of record `index`; never 0, since identifiers begin at 1.
  func tag(_ index: Int) -> UInt { UInt(id) << 32 | UInt(index) }

  static func id(ofTag tag: UInt) -> UInt32 { UInt32(truncatingIfNeeded: tag >> 32) }
  static func index(ofTag tag: UInt) -> Int { Int(tag & 0xFFFF_FFFF) }

  func advance() { next += 1 }

  /// Notes a record's result, once, and answers its size.
  func settle(_ index: Int, _ result: Result<KafkaPosition, KafkaError>) -> Int? {
    guard index < results.count, results[index] == nil else { return nil }
    results[index] = result
    unsettled -= 1
    return records[index].payloadBytes
  }

  /// Fails what has no result: of the records handed over, or of all.
  func fail(_ error: KafkaError, handedOverOnly: Bool) {
    for index in 0..<(handedOverOnly ? next : results.count) where results[index] == nil {
      _ = settle(index, .failure(error))
    }
    if !handedOverOnly { next = results.count }
  }

  /// Reports to the submitter. Call it once, when all is settled.
  func complete() { completion(results.compactMap { $0 }) }
}
