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
    var record: Record { buffer[next] }
  }

  private let file: ScratchFile?
  /// Records that a run's buffer holds.
  private let perRun: Int
  /// No run's record is below its parent's.
  private var heap: [Run] = []

  init(_ records: [Record]) {
    file = nil
    perRun = 0
    if !records.isEmpty { heap = [Run(rest: 0..<0, buffer: records)] }
  }

  init(_ file: ScratchFile, runs: [Range<Int>], memory: Int) throws(ScratchFileError) {
    self.file = file
    perRun = max(64, memory / max(1, runs.count) / MemoryLayout<Record>.stride)
    for range in runs {
      var run = Run(rest: range)
      if try fill(&run) { heap.append(run) }
    }
    for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(place) }
  }

  mutating func next() throws(ScratchFileError) -> Record? {
    guard !heap.isEmpty else { return nil }
    let record = heap[0].record
    heap[0].next += 1
    if heap[0].next == heap[0].buffer.count, try !fill(&heap[0]) {
      heap.swapAt(0, heap.count - 1)
      heap.removeLast()
    }
    if heap.count > 1 { sink(0) }
    return record
  }

  /// Reads the run's next records.
  /// - Returns: whether there were any.
  private func fill(_ run: inout Run) throws(ScratchFileError) -> Bool {
    let size = MemoryLayout<Record>.stride
    let count = min(perRun, run.rest.count / size)
    guard let file, count > 0 else { return false }
    let start = run.rest.lowerBound
    var failure: ScratchFileError?
    run.buffer = [Record](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(ScratchFileError) {
        filled = try file.read(at: start, into: UnsafeMutableRawBufferPointer(buffer)) / size
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    run.rest = (start + count * size)..<run.rest.upperBound
    run.next = 0
    return !run.buffer.isEmpty
  }

  private mutating func sink(_ start: Int) {
    var place = start
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < heap.count {
        if heap[child].record < heap[least].record { least = child }
      }
      guard least != place else { return }
      heap.swapAt(place, least)
      place = least
    }
  }
}
