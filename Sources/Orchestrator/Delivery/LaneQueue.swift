internal import ItemModel
internal import Queues

/// What waits for a REST system in one lane: halves of refused batches first, then single deliveries.
struct LaneQueue {
  private var halves = FIFO<[Delivery]>()
  private var single = FIFO<Delivery>()
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }
  var hasHalves: Bool { !halves.isEmpty }
  /// Deliveries that can be put together freely.
  var singles: Int { single.count }
  /// When the oldest single delivery came.
  var oldest: ContinuousClock.Instant? { single.first?.since }

  mutating func append(_ delivery: Delivery) {
    single.append(delivery)
    count += 1
  }

  /// Adds a part of a batch, to be sent as it is.
  mutating func append(half: [Delivery]) {
    halves.append(half)
    count += half.count
  }

  /// What goes out together: at most `limit` deliveries and about `maxBytes`, an item at most once.
  mutating func next(upTo limit: Int, maxBytes: Int) -> [Delivery] {
    if let half = halves.popFirst() {
      count -= half.count
      return half
    }
    var taken: [Delivery] = []
    var items: Set<ItemKey> = []
    var bytes = 0
    while taken.count < limit, let first = single.first {
      guard taken.isEmpty || (bytes + first.snippet.count <= maxBytes && !items.contains(first.run.message.key)),
        let delivery = single.popFirst()
      else { break }
      if limit > 1 { items.insert(delivery.run.message.key) }
      bytes += delivery.snippet.count
      taken.append(delivery)
    }
    count -= taken.count
    return taken
  }

  /// Takes out the deliveries that came before `instant`.
  mutating func takeOverdue(before instant: ContinuousClock.Instant) -> [Delivery] {
    var overdue: [Delivery] = []
    while let half = halves.first, let since = half.first?.since, since < instant, halves.popFirst() != nil {
      overdue += half
    }
    while let since = single.first?.since, since < instant, let delivery = single.popFirst() {
      overdue.append(delivery)
    }
    count -= overdue.count
    return overdue
  }

  mutating func takeAll() -> [Delivery] {
    var all: [Delivery] = []
    while let half = halves.popFirst() { all += half }
    while let delivery = single.popFirst() { all.append(delivery) }
    count = 0
    return all
  }
}
