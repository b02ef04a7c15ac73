/// Answers in memory, bounded by count and bytes; what was used since the hand last came by stays (the CLOCK policy).
struct LocalStore<Value: Sendable> {
  private struct Entry {
    let key: String
    let answer: CacheAnswer<Value>
    let bytes: Int
    let expires: ContinuousClock.Instant
    var wasUsed = false
  }

  /// What an entry costs beside its key and value, roughly.
  private static var overhead: Int { 128 }

  private let maxEntries: Int
  private let maxBytes: Int
  private var slots: [Entry?] = []
  private var free: [Int] = []
  private var places: [String: Int] = [:]
  private var hand = 0
  private(set) var bytes = 0
  private(set) var evictions: UInt64 = 0

  var count: Int { places.count }

  init(maxEntries: Int, maxBytes: Int) {
    self.maxEntries = maxEntries
    self.maxBytes = maxBytes
  }

  mutating func get(_ key: String, at now: ContinuousClock.Instant) -> CacheAnswer<Value>? {
    guard let place = places[key], let entry = slots[place] else { return nil }
    guard entry.expires > now else {
      remove(at: place)
      return nil
    }
    slots[place]?.wasUsed = true
    return entry.answer
  }

  /// Keeps an answer, unless it alone is beyond the bounds.
  mutating func put(
    _ key: String, _ answer: CacheAnswer<Value>, bytes size: Int, until expires: ContinuousClock.Instant,
    at now: ContinuousClock.Instant
  ) {
    remove(key)
    let cost = size + key.utf8.count + Self.overhead
    guard maxEntries > 0, cost <= maxBytes else { return }
    while count >= maxEntries || bytes + cost > maxBytes { evict(at: now) }
    let entry = Entry(key: key, answer: answer, bytes: cost, expires: expires)
    if let place = free.popLast() {
      slots[place] = entry
      places[key] = place
    } else {
      places[key] = slots.count
      slots.append(entry)
    }
    bytes += cost
  }

  mutating func remove(_ key: String) {
    if let place = places[key] { remove(at: place) }
  }

  mutating func removeAll() {
    slots = []
    free = []
    places = [:]
    hand = 0
    bytes = 0
  }

  /// Moves the hand on to the first entry that has ended or was not used since it last came by, and takes that out.
  private mutating func evict(at now: ContinuousClock.Instant) {
    while true {
      if hand >= slots.count { hand = 0 }
      defer { hand += 1 }
      guard let entry = slots[hand] else { continue }
      if entry.wasUsed, entry.expires > now {
        slots[hand]?.wasUsed = false
        continue
      }
      if entry.expires > now { evictions += 1 }
      return remove(at: hand)
    }
  }

  private mutating func remove(at place: Int) {
    guard let entry = slots[place] else { return }
    slots[place] = nil
    free.append(place)
    places[entry.key] = nil
    bytes -= entry.bytes
  }
}
