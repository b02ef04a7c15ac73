@testable import KafkaClient
import Testing

/// The buffer's bookkeeping of positions, without a cluster.
struct ConsumerBufferTests {
  private static let zero = TopicPartition(topic: "t", partition: 0)
  private static let one = TopicPartition(topic: "t", partition: 1)

  private func buffer(at starts: [TopicPartition: Int64?] = [zero: 10, one: nil]) -> ConsumerBuffer {
    var buffer = ConsumerBuffer()
    buffer.reset(to: starts)
    return buffer
  }

  private func record(_ offset: Int64, bytes: Int = 0) -> KafkaMessage {
    KafkaMessage(offset: offset, timestamp: nil, key: nil, value: [UInt8](repeating: 0, count: bytes))
  }

  private func offsets(_ batches: [KafkaPartitionBatch]) -> [[Int64]] { batches.map { $0.records.map(\.offset) } }

  @Test func `a batch spans from the position before it to the one after it, gaps included`() {
    var buffer = buffer()
    for offset in [12, 13, 17] as [Int64] { buffer.append(record(offset), to: 0) }
    let first = buffer.take(upTo: 2, epoch: 7)
    #expect(offsets(first) == [[12, 13]])
    #expect(first[0].from == 10 && first[0].next == 14 && first[0].epoch == 7 && first[0].topicPartition == Self.zero)
    let second = buffer.take(upTo: 2, epoch: 7)
    #expect(offsets(second) == [[17]] && second[0].from == 14 && second[0].next == 18)
    #expect(buffer.take(upTo: 2, epoch: 7).isEmpty)
  }

  @Test func `a start without an offset begins at the first record`() {
    var buffer = buffer()
    #expect(buffer.fetchPositions == [Self.zero: 10])
    buffer.append(record(500), to: 1)
    #expect(buffer.fetchPositions == [Self.zero: 10, Self.one: 501])
    let batches = buffer.take(upTo: 5, epoch: 1)
    #expect(batches[0].from == 500 && batches[0].next == 501)
  }

  @Test func `a batch ends before each jump, however many are buffered`() {
    var buffer = buffer()
    for offsets in [[10, 11], [0, 1], [0], [7, 8]] as [[Int64]] {
      buffer.forgetPosition(0)
      for offset in offsets { buffer.append(record(offset), to: 0) }
    }
    let first = buffer.take(upTo: 3, epoch: 1)
    #expect(offsets(first) == [[10, 11], [0]])
    #expect(first.map(\.from) == [10, 0] && first.map(\.next) == [12, 1])
    let rest = buffer.take(upTo: 9, epoch: 1)
    #expect(offsets(rest) == [[1], [0], [7, 8]])
    #expect(rest.map(\.from) == [1, 0, 7] && rest.map(\.next) == [2, 1, 9])
  }

  @Test func `a record that comes again is dropped`() {
    var buffer = buffer()
    for offset in [9, 10, 11, 10, 11, 12] as [Int64] { buffer.append(record(offset), to: 0) }
    #expect(offsets(buffer.take(upTo: 9, epoch: 1)) == [[10, 11, 12]])
    // What was taken does not come again either.
    buffer.append(record(11), to: 0)
    #expect(buffer.take(upTo: 9, epoch: 1).isEmpty && buffer.load == (0, 0))
  }

  @Test func `seeking discards what is buffered, and goes back as well as on`() {
    var buffer = buffer()
    for offset in 10..<20 as Range<Int64> { buffer.append(record(offset), to: 0) }
    buffer.seek(0, to: 3)
    #expect(buffer.load == (0, 0) && buffer.fetchPositions[Self.zero] == 3)
    for offset in [3, 4] as [Int64] { buffer.append(record(offset), to: 0) }
    let batches = buffer.take(upTo: 9, epoch: 1)
    #expect(offsets(batches) == [[3, 4]] && batches[0].from == 3)
    buffer.seek(0, to: 100)
    // Still under way from before the seek.
    buffer.append(record(5), to: 0)
    #expect(buffer.take(upTo: 9, epoch: 1).isEmpty)
  }

  @Test func `a jump begins a batch of its own`() {
    var buffer = buffer()
    for offset in [10, 11] as [Int64] { buffer.append(record(offset), to: 0) }
    buffer.forgetPosition(0)
    #expect(buffer.fetchPositions[Self.zero] == nil)
    for offset in [40, 41] as [Int64] { buffer.append(record(offset), to: 0) }
    let batches = buffer.take(upTo: 9, epoch: 1)
    #expect(offsets(batches) == [[10, 11], [40, 41]])
    #expect(batches[0].next == 12 && batches[1].from == 40 && batches[1].next == 42)
  }

  @Test func `a jump back is no repetition`() {
    var buffer = buffer()
    buffer.append(record(10), to: 0)
    buffer.forgetPosition(0)
    for offset in [2, 3] as [Int64] { buffer.append(record(offset), to: 0) }
    let batches = buffer.take(upTo: 9, epoch: 1)
    #expect(offsets(batches) == [[10], [2, 3]] && batches[1].from == 2)
  }

  @Test func `partitions take turns`() {
    var buffer = buffer(at: [Self.zero: 0, Self.one: 0])
    for offset in 0..<4 as Range<Int64> {
      buffer.append(record(offset), to: 0)
      buffer.append(record(offset), to: 1)
    }
    let turns = (0..<4).map { _ in buffer.take(upTo: 2, epoch: 1).map(\.partition) }
    #expect(turns == [[0], [1], [0], [1]])
    for offset in 4..<6 as Range<Int64> {
      buffer.append(record(offset), to: 0)
      buffer.append(record(offset), to: 1)
    }
    #expect(offsets(buffer.take(upTo: 3, epoch: 1)) == [[4, 5], [4]])
    #expect(offsets(buffer.take(upTo: 3, epoch: 1)) == [[5]])
  }

  @Test func `a paused partition keeps its records, out of the load`() {
    var buffer = buffer(at: [Self.zero: 0, Self.one: 0])
    buffer.append(record(0, bytes: 100), to: 0)
    buffer.append(record(0, bytes: 10), to: 1)
    let whole = buffer.load
    buffer.setPaused(0, true)
    #expect(buffer.load.records == 1 && buffer.load.bytes == record(0, bytes: 10).footprint)
    #expect(buffer.take(upTo: 9, epoch: 1).map(\.partition) == [1])
    // What comes while it is paused is counted once it is resumed.
    buffer.append(record(1, bytes: 100), to: 0)
    #expect(buffer.load == (0, 0))
    buffer.setPaused(0, true)
    buffer.setPaused(0, false)
    #expect(buffer.load.records == 2 && buffer.load.bytes == 2 * record(0, bytes: 100).footprint)
    #expect(whole.bytes == record(0, bytes: 100).footprint + record(0, bytes: 10).footprint)
    #expect(offsets(buffer.take(upTo: 9, epoch: 1)) == [[0, 1]] && buffer.load == (0, 0))
  }

  @Test func `a new assignment begins empty`() {
    var buffer = buffer()
    buffer.append(record(10), to: 0)
    buffer.setPaused(0, true)
    buffer.reset(to: [Self.one: 5])
    #expect(buffer.load == (0, 0) && buffer.partitions == [Self.one])
    #expect(buffer.slot(of: Self.zero) == nil && buffer.slot(of: Self.one) == 0 && !buffer.isPaused(0))
    buffer.reset()
    #expect(buffer.partitions.isEmpty && buffer.take(upTo: 9, epoch: 1).isEmpty)
  }
}
