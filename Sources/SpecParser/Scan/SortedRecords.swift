internal import ScratchFiles

/// Sorted records, in memory or in runs on disk, to be walked as often as needed.
struct SortedRecords<Record: BitwiseCopyable & Comparable & Sendable>: Sendable {
  private enum Place: Sendable {
    case memory([Record])
    case disk(ScratchFile, runs: [Range<Int>], memory: Int)
  }

  private let place: Place

  init(_ records: [Record]) { place = .memory(records) }

  /// - Parameter memory: bytes that a walk may hold.
  init(_ file: ScratchFile, runs: [Range<Int>], memory: Int) { place = .disk(file, runs: runs, memory: memory) }

  func walk() throws(ScratchFileError) -> RecordWalk<Record> {
    switch place {
    case .memory(let records): RecordWalk(records)
    case .disk(let file, let runs, let memory): try RecordWalk(file, runs: runs, memory: memory)
    }
  }
}

/// One walk through sorted records; runs of a file are merged by a heap of their next records.
struct RecordWalk<Record: BitwiseCopyable & Comparable & Sendable>: Sendable {
  private struct Run: Sendable {
    /// What is still on disk.
    var rest: Range<Int>
    var buffer: [Record] = []
    var next = 0
  }

  /// A run's next record. Plain values: moving runs themselves would count their buffers' owners at every step.
  private struct Head: BitwiseCopyable {
    let record: Record
    let run: Int
  }

  private let file: ScratchFile?
  /// Records that a run's buffer holds.
  private let perRun: Int
  private var runs: [Run]
  /// No record is below its parent's.
  private var heap: [Head] = []

  init(_ records: [Record]) {
    file = nil
    perRun = 0
    runs = [Run(rest: 0..<0, buffer: records)]
    if let first = records.first { heap = [Head(record: first, run: 0)] }
  }

  init(_ file: ScratchFile, runs: [Range<Int>], memory: Int) throws(ScratchFileError) {
    self.file = file
    perRun = max(64, memory / max(1, runs.count) / MemoryLayout<Record>.stride)
    self.runs = runs.map { Run(rest: $0) }
    for run in runs.indices where try fill(run) { heap.append(Head(record: self.runs[run].buffer[0], run: run)) }
    for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(heap[place], from: place) }
  }

  mutating func next() throws(ScratchFileError) -> Record? {
    guard let head = heap.first else { return nil }
    let run = head.run
    runs[run].next += 1
    var hasMore = runs[run].next < runs[run].buffer.count
    if !hasMore { hasMore = try fill(run) }
    if hasMore {
      sink(Head(record: runs[run].buffer[runs[run].next], run: run), from: 0)
    } else if let last = heap.popLast(), !heap.isEmpty {
      sink(last, from: 0)
    }
    return head.record
  }

  /// Reads the run's next records.
  /// - Returns: whether there were any.
  private mutating func fill(_ run: Int) throws(ScratchFileError) -> Bool {
    let size = MemoryLayout<Record>.stride
    let rest = runs[run].rest
    let count = min(perRun, rest.count / size)
    guard let file, count > 0 else { return false }
    var failure: ScratchFileError?
    runs[run].buffer = [Record](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(ScratchFileError) {
        filled = try file.read(at: rest.lowerBound, into: UnsafeMutableRawBufferPointer(buffer)) / size
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    runs[run].rest = (rest.lowerBound + count * size)..<rest.upperBound
    runs[run].next = 0
    return !runs[run].buffer.isEmpty
  }

  /// Puts `head` where it belongs beneath `place`, whose own is not needed any more.
  private mutating func sink(_ head: Head, from start: Int) {
    var place = start
    while true {
      var child = 2 * place + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].record < heap[child].record { child += 1 }
      guard heap[child].record < head.record else { break }
      heap[place] = heap[child]
      place = child
    }
    heap[place] = head
  }
}
