internal import ScratchFiles

/// Sorts more records than memory should hold: full buffers go to disk as sorted runs, which are merged at the end.
struct RecordSorter<Record: BitwiseCopyable & Comparable & Sendable>: Sendable {
  private let options: SpillOptions
  private let capacity: Int
  private var buffer: [Record] = []
  private var file: ScratchFile?
  private var runs: [Range<Int>] = []
  private(set) var count = 0

  init(_ options: SpillOptions) {
    self.options = options
    capacity = max(1_024, options.memory / MemoryLayout<Record>.stride)
  }

  @inline(__always)
  mutating func append(_ record: Record) throws(ScratchFileError) {
    if buffer.count == capacity { try spill() }
    // Room for all at once, or growing by doubling would take twice as much for a moment.
    if count == 1_024 { buffer.reserveCapacity(capacity) }
    buffer.append(record)
    count += 1
  }

  /// The records in order.
  consuming func sorted() throws(ScratchFileError) -> SortedRecords<Record> {
    guard let file else {
      buffer.sort()
      return SortedRecords(buffer)
    }
    if !buffer.isEmpty { try spill() }
    buffer = []
    return SortedRecords(file, runs: runs, memory: options.memory)
  }

  private mutating func spill() throws(ScratchFileError) {
    if file == nil { file = try ScratchFile(in: options.space) }
    guard let file else { return }
    buffer.sort()
    let start = file.count
    try file.append(buffer)
    runs.append(start..<file.count)
    buffer.removeAll(keepingCapacity: true)
  }
}
