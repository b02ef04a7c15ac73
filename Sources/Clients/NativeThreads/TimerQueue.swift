/// Deadlines in order, each with what to do then: a binary heap with lazy deletion.
struct TimerQueue {
  private struct Entry {
    let due: ContinuousClock.Instant
    let id: UInt64
  }

  private var heap: [Entry] = []
  private var actions: [UInt64: () -> Void] = [:]

  var isEmpty: Bool { actions.isEmpty }

  mutating func add(id: UInt64, due: ContinuousClock.Instant, _ action: @escaping () -> Void) {
    actions[id] = action
    heap.append(Entry(due: due, id: id))
    siftUp(from: heap.count - 1)
  }

  mutating func cancel(id: UInt64) {
    actions[id] = nil
    // A long-lived deadline that is set again and again would otherwise pile up dead entries.
    if heap.count > 64, heap.count > 4 * actions.count { compact() }
  }

  /// The next deadline, if any.
  mutating func nextDue() -> ContinuousClock.Instant? {
    while let first = heap.first {
      if actions[first.id] != nil { return first.due }
      removeFirst()
    }
    return nil
  }

  /// Takes the next action that is due at `now`.
  mutating func popDue(at now: ContinuousClock.Instant) -> (() -> Void)? {
    guard let due = nextDue(), due <= now else { return nil }
    let id = heap[0].id
    removeFirst()
    return actions.removeValue(forKey: id)
  }

  private mutating func compact() {
    heap = heap.filter { actions[$0.id] != nil }.sorted { $0.due < $1.due }
  }

  private mutating func removeFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      let left = 2 * parent + 1
      guard left < heap.count else { return }
      let right = left + 1
      let child = right < heap.count && heap[right].due < heap[left].due ? right : left
      guard heap[child].due < heap[parent].due else { return }
      heap.swapAt(child, parent)
      parent = child
    }
  }

  private mutating func siftUp(from start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].due < heap[parent].due else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }
}
