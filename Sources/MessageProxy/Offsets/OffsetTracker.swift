/// What was taken from one partition under one assignment, what of it is done, and so what can be committed.
struct OffsetTracker {
  /// The offsets from the lowest one that is not done on, in order; those before `head` are retired.
  private var offsets: [Int64] = []
  private var isDone: [Bool] = []
  private var head = 0
  /// The position after the last batch; nil until one came, if the start was not known either.
  private(set) var next: Int64?
  /// What an earlier owner had done, where this one has not read yet.
  private var restored: CompletedOffsets
  /// Taken and not done.
  private(set) var incomplete = 0

  /// - Parameters:
  ///   - start: where reading begins, if that is known.
  ///   - restored: what is known to be done at and above it.
  init(start: Int64?, restored: CompletedOffsets = CompletedOffsets()) {
    next = start
    self.restored = restored
  }

  /// How many offsets it holds: those not done, and those done above the lowest of them.
  var held: Int { offsets.count - head }

  /// Below it everything is done: what to commit. Nil while nothing is known.
  var committable: Int64? { head < offsets.count ? offsets[head] : next }

  /// Begins a batch. False, and nothing is changed, when it lies below what was taken: the log was made anew, and its
  /// offsets mean other messages.
  mutating func begin(from: Int64, next end: Int64) -> Bool {
    guard from >= next ?? from else { return false }
    next = max(from, end)
    return true
  }

  /// Takes the next offset of the batch. False when it was done before, by an earlier owner.
  mutating func take(_ offset: Int64) -> Bool {
    let isKnown = !restored.isEmpty && restored.contains(offset)
    if isKnown, head == offsets.count { return false }
    offsets.append(offset)
    isDone.append(isKnown)
    if !isKnown { incomplete += 1 }
    return !isKnown
  }

  /// Marks an offset as done. False when it was not taken, or is done already.
  @discardableResult
  mutating func complete(_ offset: Int64) -> Bool {
    guard let index = index(of: offset), !isDone[index] else { return false }
    isDone[index] = true
    incomplete -= 1
    if index == head { retire() }
    return true
  }

  /// What is done above `committable`. Offsets that the log skips count with their neighbours.
  func completed() -> CompletedOffsets {
    var completed = CompletedOffsets()
    guard let next else { return restored }
    var index = head
    while index < offsets.count {
      guard isDone[index] else {
        index += 1
        continue
      }
      let lower = offsets[index]
      while index < offsets.count, isDone[index] { index += 1 }
      completed.append(lower..<(index < offsets.count ? offsets[index] : next))
    }
    for range in restored.from(next).ranges { completed.append(range) }
    return completed
  }

  private mutating func retire() {
    while head < offsets.count, isDone[head] { head += 1 }
    if head == offsets.count {
      offsets.removeAll(keepingCapacity: true)
      isDone.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= 1_024, head * 2 >= offsets.count {
      offsets.removeFirst(head)
      isDone.removeFirst(head)
      head = 0
    }
  }

  /// Where an offset stands: at its distance from the first one, or before that if the log has gaps.
  private func index(of offset: Int64) -> Int? {
    guard head < offsets.count, offset >= offsets[head] else { return nil }
    var low = head
    var high = Int(min(offset - offsets[head], Int64(offsets.count - 1 - head))) + head
    if offsets[high] == offset { return high }
    while low < high {
      let middle = (low + high) / 2
      if offsets[middle] < offset { low = middle + 1 } else { high = middle }
    }
    return offsets[low] == offset ? low : nil
  }
}
