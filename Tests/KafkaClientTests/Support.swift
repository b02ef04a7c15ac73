import KafkaClient
import Telemetry
import Testing

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

extension KafkaRecord {
  init(_ topic: String, _ key: String?, _ value: String, partition: Int32? = nil) {
    self.init(topic: topic, key: key.map(bytes), value: bytes(value), partition: partition)
  }
}

extension KafkaMessage {
  var text: String { String(decoding: value ?? [], as: UTF8.self) }
}

/// Produces with a producer of its own, and expects every record to be stored.
@discardableResult
func produce(_ records: [KafkaRecord], to configuration: KafkaConfiguration) async throws -> [KafkaPosition] {
  let producer = try KafkaProducer(configuration, logger: .silent)
  let results = await producer.send(records)
  await producer.stop()
  return try results.map { try $0.get() }
}

extension KafkaConsumer {
  /// The next assignment; records that come before it are dropped, revocations given back.
  func nextAssignment() async throws -> KafkaAssignment {
    while let event = try await next() {
      switch event {
      case .assigned(let assignment): return assignment
      case .revoked(let revocation): await revocation.complete()
      case .records: continue
      }
    }
    throw KafkaError(code: .stopped, message: "stopped before an assignment came")
  }

  /// The next assignment that was answered in time, which is not the first on a machine that stalls.
  func startedAssignment() async throws -> KafkaAssignment {
    while true {
      let assignment = try await nextAssignment()
      do throws(KafkaError) {
        try await assignment.start()
        return assignment
      } catch {
        guard error.code == .fenced else { throw error }
      }
    }
  }

  /// Pulls until `count` records have come; takes news of the group as it comes.
  func records(_ count: Int, upTo limit: Int = 1_000) async throws -> [KafkaPartitionBatch] {
    var batches: [KafkaPartitionBatch] = []
    var found = 0
    while found < count, let event = try await next(upTo: limit) {
      switch event {
      case .assigned(let assignment): try await assignment.start()
      case .revoked(let revocation): await revocation.complete()
      case .records(let more):
        batches += more
        found += more.reduce(0) { $0 + $1.records.count }
      }
    }
    return batches
  }
}

extension Sequence<KafkaPartitionBatch> {
  var texts: [String] { flatMap { $0.records.map(\.text) } }
}

/// Java's murmur2, as Kafka's default partitioner applies it to a key.
func murmur2(_ data: [UInt8]) -> UInt32 {
  let m: UInt32 = 0x5bd1_e995
  var hash: UInt32 = 0x9747_b28c ^ UInt32(data.count)
  var index = 0
  while index + 4 <= data.count {
    var k = UInt32(data[index]) | UInt32(data[index + 1]) << 8 | UInt32(data[index + 2]) << 16
    k |= UInt32(data[index + 3]) << 24
    k = k &* m
    k ^= k >> 24
    hash = (hash &* m) ^ (k &* m)
    index += 4
  }
  let rest = data.count - index
  if rest >= 3 { hash ^= UInt32(data[index + 2]) << 16 }
  if rest >= 2 { hash ^= UInt32(data[index + 1]) << 8 }
  if rest >= 1 { hash = (hash ^ UInt32(data[index])) &* m }
  hash ^= hash >> 13
  hash = hash &* m
  hash ^= hash >> 15
  return hash
}
