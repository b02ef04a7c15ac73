/// Records fetched but not pulled yet, by partition, with the positions on both sides of them.
struct ConsumerBuffer {
  private struct Slot {
    let partition: TopicPartition
    var records: ArraySlice<KafkaMessage> = []
    var bytes = 0
    /// Where the application stands; nil until the first record of a start without an offset.
    var delivered: Int64?
    /// The next offset to be fetched; nil when librdkafka will find it.
    var fetched: Int64?
    /// The places in `records` of the first ones after each jump: a batch ends before them.
    var jumps: [Int] = []
    var isPaused = false
  }

  private var slots: [Slot] = []
  private var index: [TopicPartition: Int] = [:]
  private var cursor = 0

  /// Begins anew with these partitions; nil where the offset is not known yet.
  mutating func reset(to starts: [TopicPartition: Int64?] = [:]) {
    slots = starts.sorted { $0.key < $1.key }.map { Slot(partition: $0.key, delivered: $0.value, fetched: $0.value) }
    index = Dictionary(uniqueKeysWithValues: slots.enumerated().map { ($1.partition, $0) })
    cursor = 0
  }

  var partitions: [TopicPartition] { slots.map(\.partition) }
  func slot(of partition: TopicPartition) -> Int? { index[partition] }

  /// Where reading goes on, for each partition with a known position.
  var fetchPositions: [TopicPartition: Int64] {
    var positions: [TopicPartition: Int64] = [:]
    for slot in slots { positions[slot.partition] = slot.fetched }
    return positions
  }

  /// Adds a record; one that was added before is dropped.
  mutating func append(_ message: KafkaMessage, to slot: Int) {
    if let fetched = slots[slot].fetched {
      guard message.offset >= fetched else { return }
    } else if slots[slot].records.isEmpty {
      slots[slot].delivered = message.offset
    } else {
      slots[slot].jumps.append(slots[slot].records.endIndex)
    }
    slots[slot].fetched = message.offset + 1
    slots[slot].bytes += message.footprint
    slots[slot].records.append(message)
  }

  /// Reading goes on at the given offset. What is buffered is discarded.
  mutating func seek(_ slot: Int, to offset: Int64) {
    slots[slot].records = []
    slots[slot].bytes = 0
    slots[slot].jumps = []
    slots[slot].delivered = offset
    slots[slot].fetched = offset
  }

  /// Reading goes on elsewhere, at the next record that comes. What is buffered stays.
  mutating func forgetPosition(_ slot: Int) { slots[slot].fetched = nil }

  mutating func setPaused(_ slot: Int, _ isPaused: Bool) { slots[slot].isPaused = isPaused }
  func isPaused(_ slot: Int) -> Bool { slots[slot].isPaused }

  /// How much may be pulled; what paused partitions hold does not count.
  var load: (records: Int, bytes: Int) {
    slots.reduce(into: (0, 0)) { load, slot in
      guard !slot.isPaused else { return }
      load.0 += slot.records.count
      load.1 += slot.bytes
    }
  }

  /// Takes up to `limit` records, from each partition in turn.
  mutating func take(upTo limit: Int, epoch: UInt64) -> [KafkaPartitionBatch] {
    var batches: [KafkaPartitionBatch] = []
    var room = limit
    for step in 0..<slots.count where room > 0 {
      let slot = (cursor + step) % slots.count
      guard !slots[slot].isPaused else { continue }
      while room > 0, let batch = take(from: slot, upTo: room, epoch: epoch) {
        room -= batch.records.count
        batches.append(batch)
      }
      // The next pull begins after the last partition that was looked at.
      if room <= 0 { cursor = (slot + 1) % slots.count }
    }
    return batches
  }

  private mutating func take(from slot: Int, upTo limit: Int, epoch: UInt64) -> KafkaPartitionBatch? {
    guard let first = slots[slot].records.first else { return nil }
    if slots[slot].jumps.first == slots[slot].records.startIndex {
      slots[slot].jumps.removeFirst()
      slots[slot].delivered = first.offset
    }
    var taken = slots[slot].records.prefix(limit)
    if let jump = slots[slot].jumps.first { taken = taken.prefix(upTo: min(jump, taken.endIndex)) }
    slots[slot].records.removeFirst(taken.count)
    // A slice keeps all of its array alive.
    if slots[slot].records.isEmpty { slots[slot].records = [] }
    for record in taken { slots[slot].bytes -= record.footprint }
    let from = slots[slot].delivered ?? first.offset
    let next = (taken.last?.offset ?? first.offset) + 1
    slots[slot].delivered = next
    let partition = slots[slot].partition
    return KafkaPartitionBatch(
      topic: partition.topic, partition: partition.partition, epoch: epoch, from: from, next: next,
      records: Array(taken))
  }
}
