/// The pool's bookkeeping: who holds a connection, who waits for one, and when to open another. No I/O, no clock.
struct PoolState<Connection: AnyObject> {
  /// What the pool has to do after a change.
  enum Action {
    case lend(Connection, to: UInt64)
    case refuse(UInt64, PostgresError)
    /// Open one connection.
    case open
    case close(Connection)
    /// Call `backOffEnded` after the pause for so many failures in a row.
    case backOff(failures: Int)
    /// Everything is closed.
    case drained
  }

  typealias Instant = ContinuousClock.Instant

  private struct Waiter {
    let id: UInt64
    let due: Instant
  }

  private let size: Int
  private let waitingLimit: Int
  private var idle: [(connection: Connection, since: Instant)] = []
  private var lent = 0
  private var opening = 0
  private var waiters: [Waiter] = []
  private(set) var failures = 0
  private var isBackingOff = false
  private var lastFailure: PostgresError?
  private(set) var isClosed = false
  private(set) var generation = 0

  init(size: Int, waitingLimit: Int) {
    self.size = max(size, 1)
    self.waitingLimit = waitingLimit
  }

  var waiting: Int { waiters.count }
  var idleCount: Int { idle.count }
  var lentCount: Int { lent }
  var nextDue: Instant? { waiters.first?.due }

  // MARK: Callers

  /// The most recently used idle connection. Those who wait have none left to take.
  mutating func takeIdle() -> Connection? {
    guard !isClosed, let taken = idle.popLast() else { return nil }
    lent += 1
    return taken.connection
  }

  /// Gives up what has been idle since a moment, or for longer. The longest idle stand first.
  mutating func closeIdle(since moment: Instant) -> [Action] {
    let stale = idle.prefix { $0.since <= moment }
    idle.removeFirst(stale.count)
    return stale.map { .close($0.connection) }
  }

  /// Puts a caller into the queue.
  mutating func wait(_ id: UInt64, until due: Instant) -> [Action] {
    if isClosed { return [.refuse(id, PostgresError(.poolClosed, "the pool was shut down"))] }
    if let connection = takeIdle() { return [.lend(connection, to: id)] }
    guard waiters.count < waitingLimit else {
      return [.refuse(id, PostgresError(.poolExhausted, "\(waiters.count) callers wait for a connection already"))]
    }
    waiters.append(Waiter(id: id, due: due))
    return openWhatIsMissing()
  }

  /// Takes a caller out of the queue; false if it is not there any more.
  mutating func withdraw(_ id: UInt64) -> Bool {
    guard let index = waiters.firstIndex(where: { $0.id == id }) else { return false }
    waiters.remove(at: index)
    return true
  }

  /// Refuses those who waited long enough. All wait equally long, so the first in the queue is due first.
  mutating func expire(at now: Instant) -> [Action] {
    let expired = waiters.prefix { $0.due <= now }
    waiters.removeFirst(expired.count)
    let error = lastFailure ?? PostgresError(.poolExhausted, "no connection came free in time; all \(size) are in use")
    return expired.map { .refuse($0.id, error) }
  }

  /// Takes a connection back in order.
  mutating func giveBack(_ connection: Connection, at now: Instant) -> [Action] {
    lent -= 1
    if isClosed { return [.close(connection)] + drainedIfSo() }
    return place(connection, at: now)
  }

  /// Takes a connection back that broke.
  mutating func discard() -> [Action] {
    lent -= 1
    return isClosed ? drainedIfSo() : openWhatIsMissing()
  }

  // MARK: Connections

  mutating func opened(at now: Instant, _ make: (_ generation: Int) -> Connection) -> [Action] {
    opening -= 1
    failures = 0
    lastFailure = nil
    generation += 1
    let connection = make(generation)
    if isClosed { return [.close(connection)] + drainedIfSo() }
    return place(connection, at: now) + openWhatIsMissing()
  }

  mutating func openFailed(_ error: PostgresError) -> [Action] {
    opening -= 1
    if isClosed { return drainedIfSo() }
    failures += 1
    lastFailure = error
    var actions: [Action] = []
    if !error.isRetriable {
      // Waiting would not help.
      actions = waiters.map { .refuse($0.id, error) }
      waiters.removeAll()
    }
    if !isBackingOff {
      isBackingOff = true
      actions.append(.backOff(failures: failures))
    }
    return actions
  }

  mutating func backOffEnded() -> [Action] {
    isBackingOff = false
    return isClosed ? [] : openWhatIsMissing()
  }

  /// An idle connection broke; false if it was lent in the meantime, whose holder will notice.
  mutating func lost(_ connection: Connection) -> Bool {
    guard let index = idle.firstIndex(where: { $0.connection === connection }) else { return false }
    idle.remove(at: index)
    return true
  }

  mutating func shutDown() -> [Action] {
    guard !isClosed else { return drainedIfSo() }
    isClosed = true
    let error = PostgresError(.poolClosed, "the pool was shut down")
    let actions: [Action] = waiters.map { .refuse($0.id, error) } + idle.map { .close($0.connection) }
    waiters.removeAll()
    idle.removeAll()
    return actions + drainedIfSo()
  }

  private mutating func place(_ connection: Connection, at now: Instant) -> [Action] {
    guard !waiters.isEmpty else {
      idle.append((connection, now))
      return []
    }
    lent += 1
    return [.lend(connection, to: waiters.removeFirst().id)]
  }

  /// As many as callers wait for, within the size; after a failure one at a time.
  private mutating func openWhatIsMissing() -> [Action] {
    guard !isBackingOff else { return [] }
    let room = size - lent - idle.count - opening
    let wanted = min(waiters.count - opening, room, failures > 0 ? 1 - opening : room)
    guard wanted > 0 else { return [] }
    opening += wanted
    return Array(repeating: .open, count: wanted)
  }

  private func drainedIfSo() -> [Action] { isClosed && lent == 0 && opening == 0 ? [.drained] : [] }
}
