/// What is known of keys, by their hash, for a short time. A pure value; the caller brings the time.
struct KeyCache {
  enum Answer: Equatable {
    case known(Principal)
    case refused
    /// Nobody asked lately.
    case open
  }

  private struct Entry {
    let principal: Principal
    var until: ContinuousClock.Instant
    /// Until when the answer may be used while the database cannot be asked.
    let staleUntil: ContinuousClock.Instant
  }

  private let time: Duration
  private let staleTime: Duration
  private let capacity: Int
  // Apart, so that a flood of wrong keys does not push out the right ones.
  private var known: [[UInt8]: Entry] = [:]
  private var refused: [[UInt8]: ContinuousClock.Instant] = [:]

  init(time: Duration, staleTime: Duration, capacity: Int) {
    self.time = time
    self.staleTime = staleTime
    self.capacity = capacity
  }

  func answer(_ hash: [UInt8], at now: ContinuousClock.Instant) -> Answer {
    if let entry = known[hash], now < entry.until { return .known(entry.principal) }
    if let until = refused[hash], now < until { return .refused }
    return .open
  }

  /// Keeps the database's answer; nil is a key that is not valid.
  mutating func keep(_ principal: Principal?, for hash: [UInt8], at now: ContinuousClock.Instant) {
    guard let principal else {
      known[hash] = nil
      if refused.count >= capacity { refused = refused.filter { now < $0.value } }
      if refused.count >= capacity { refused = [:] }
      return refused[hash] = now + time
    }
    refused[hash] = nil
    if known.count >= capacity { known = known.filter { now < $0.value.staleUntil } }
    if known.count >= capacity { known = [:] }
    known[hash] = Entry(principal: principal, until: now + time, staleUntil: now + staleTime)
  }

  /// The database did not answer: an earlier answer that is not too old goes on to count, for as long as a fresh one.
  mutating func extend(_ hash: [UInt8], at now: ContinuousClock.Instant) -> Principal? {
    guard let entry = known[hash], now < entry.staleUntil else { return nil }
    known[hash]?.until = now + time
    return entry.principal
  }

  /// Forgets everything, so that the next request asks.
  mutating func removeAll() {
    known = [:]
    refused = [:]
  }
}
