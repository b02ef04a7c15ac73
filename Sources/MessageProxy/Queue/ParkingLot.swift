/// Lanes that wait for a time: a binary heap, the earliest first.
struct ParkingLot {
  private struct Place {
    let due: ContinuousClock.Instant
    let lane: Int32
  }

  private var heap: [Place] = []

  var count: Int { heap.count }
  var nextDue: ContinuousClock.Instant? { heap.first?.due }

  mutating func add(_ lane: Int32, due: ContinuousClock.Instant) {
    heap.append(Place(due: due, lane: lane))
    var child = heap.count - 1
    while child > 0, heap[child].due < heap[(child - 1) / 2].due {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Takes the next lane whose time has come.
  mutating func popDue(at now: ContinuousClock.Instant) -> Int32? {
    guard let first = heap.first, first.due <= now else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty { sink(last) }
    return first.lane
  }

  mutating func remove(where isGone: (Int32) -> Bool) {
    let kept = heap.filter { !isGone($0.lane) }
    heap.removeAll(keepingCapacity: true)
    for place in kept { add(place.lane, due: place.due) }
  }

  private mutating func sink(_ place: Place) {
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].due < heap[child].due { child += 1 }
      guard heap[child].due < place.due else { break }
      heap[parent] = heap[child]
      parent = child
    }
    heap[parent] = place
  }
}
