internal import Queues

/// Messages that wait for a handler: at most one of a key is out at a time, in the order of arrival within the key.
///
/// Every key with messages is a lane, a linked list whose head is the message that is next, out, or parked; a message
/// without key is a lane of its own. Lanes whose head may go stand in two lists: `fresh` holds those whose head found the
/// lane empty when it arrived, and so is sorted by arrival; `resumed` those that were blocked, in the order in which they
/// came free. Of the two first ones the older goes: nearly the order of arrival, in constant time.
struct PendingQueue<Payload> {
  private enum LaneState {
    case ready, taken, parked
  }

  private struct Lane {
    let key: [UInt8]?
    var head: Int32
    var tail: Int32
    var state = LaneState.ready
  }

  private struct Turn {
    let lane: Int32
    let sequence: UInt64
  }

  private var messages: [QueuedMessage<Payload>?] = []
  private var freeMessages: [Int32] = []
  private var lanes: [Lane?] = []
  private var freeLanes: [Int32] = []
  private var lanesByKey: [[UInt8]: Int32] = [:]
  private var fresh = FIFO<Turn>()
  private var resumed = FIFO<Turn>()
  private var parking = ParkingLot()
  private var lastSequence: UInt64 = 0

  /// How many it holds: waiting, parked and taken.
  private(set) var count = 0
  private(set) var bytes = 0
  private(set) var taken = 0

  var parked: Int { parking.count }
  /// How many wait, parked ones excepted.
  var waiting: Int { count - taken - parked }
  /// When the next parked message may go.
  var nextDue: ContinuousClock.Instant? { parking.nextDue }

  subscript(slot: Int32) -> QueuedMessage<Payload>? {
    get { messages.indices.contains(Int(slot)) ? messages[Int(slot)] : nil }
    _modify { yield &messages[Int(slot)] }
  }

  mutating func add(tenure: UInt32, offset: Int64, key: [UInt8]?, bytes: Int, payload: Payload) {
    lastSequence += 1
    let known = key.flatMap { lanesByKey[$0] }
    let lane = known ?? addLane(key)
    let message = QueuedMessage(
      tenure: tenure, offset: offset, bytes: bytes, payload: payload, sequence: lastSequence, lane: lane)
    let slot = store(message)
    count += 1
    self.bytes += bytes
    if known == nil {
      lanes[Int(lane)]?.head = slot
      fresh.append(Turn(lane: lane, sequence: lastSequence))
    } else if let tail = lanes[Int(lane)]?.tail {
      messages[Int(tail)]?.following = slot
    }
    lanes[Int(lane)]?.tail = slot
  }

  /// Takes the next message that may go; its key is blocked until `finish` or `park`.
  mutating func take() -> Int32? {
    guard let turn = nextTurn(), let slot = lanes[Int(turn.lane)]?.head else { return nil }
    lanes[Int(turn.lane)]?.state = .taken
    messages[Int(slot)]?.phase = .taken
    taken += 1
    return slot
  }

  /// Removes a taken message; the next of its key may go.
  mutating func finish(_ slot: Int32) {
    guard let message = self[slot], message.phase == .taken else { return }
    taken -= 1
    remove(slot, message)
    advance(message.lane, to: message.following)
  }

  /// Puts a taken message back to the head of its key, where it waits for a time.
  mutating func park(_ slot: Int32, until due: ContinuousClock.Instant) {
    guard let message = self[slot], message.phase == .taken else { return }
    taken -= 1
    messages[Int(slot)]?.phase = .waiting
    lanes[Int(message.lane)]?.state = .parked
    parking.add(message.lane, due: due)
  }

  /// Lets the parked messages go whose time has come.
  mutating func unpark(at now: ContinuousClock.Instant) {
    while let lane = parking.popDue(at: now) { makeReady(lane) }
  }

  /// What waits behind a message of the same key, the nearest `limit`.
  func followers(of slot: Int32, limit: Int) -> [Payload] {
    guard var next = self[slot]?.following, next >= 0, limit > 0 else { return [] }
    var followers: [Payload] = []
    while let message = self[next], followers.count < limit {
      followers.append(message.payload)
      next = message.following
    }
    return followers
  }

  /// Forgets the messages of these tenures, except those that are out: they keep their keys blocked until `finish`.
  mutating func drop(_ tenures: Set<UInt32>) {
    for index in lanes.indices where lanes[index] != nil { drop(tenures, from: Int32(index)) }
    parking.remove { lanes[Int($0)]?.state != .parked }
    // Sorted by arrival, as `fresh` has to be.
    let turns = lanes.indices.compactMap { index -> Turn? in
      guard let lane = lanes[index], lane.state == .ready, let head = self[lane.head] else { return nil }
      return Turn(lane: Int32(index), sequence: head.sequence)
    }
    fresh.removeAll()
    resumed.removeAll()
    for turn in turns.sorted(by: { $0.sequence < $1.sequence }) { fresh.append(turn) }
  }

  // MARK: Lanes

  private mutating func addLane(_ key: [UInt8]?) -> Int32 {
    let lane = Lane(key: key, head: -1, tail: -1)
    let index: Int32
    if let free = freeLanes.popLast() {
      index = free
      lanes[Int(free)] = lane
    } else {
      index = Int32(lanes.count)
      lanes.append(lane)
    }
    if let key { lanesByKey[key] = index }
    return index
  }

  /// Makes `slot` the lane's head, or ends the lane when there is none.
  private mutating func advance(_ lane: Int32, to slot: Int32) {
    if slot >= 0 {
      lanes[Int(lane)]?.head = slot
      makeReady(lane)
    } else {
      endLane(lane)
    }
  }

  private mutating func endLane(_ lane: Int32) {
    if let key = lanes[Int(lane)]?.key { lanesByKey[key] = nil }
    lanes[Int(lane)] = nil
    freeLanes.append(lane)
  }

  private mutating func makeReady(_ lane: Int32) {
    guard let head = lanes[Int(lane)]?.head, let sequence = self[head]?.sequence else { return }
    lanes[Int(lane)]?.state = .ready
    resumed.append(Turn(lane: lane, sequence: sequence))
  }

  private mutating func nextTurn() -> Turn? {
    guard let first = fresh.first else { return resumed.popFirst() }
    guard let other = resumed.first, other.sequence < first.sequence else { return fresh.popFirst() }
    return resumed.popFirst()
  }

  private mutating func drop(_ tenures: Set<UInt32>, from index: Int32) {
    guard let lane = lanes[Int(index)] else { return }
    var kept: [Int32] = []
    var next = lane.head
    while let message = self[next] {
      if message.phase == .waiting, tenures.contains(message.tenure) {
        remove(next, message)
      } else {
        kept.append(next)
      }
      next = message.following
    }
    guard let head = kept.first, let tail = kept.last else { return endLane(index) }
    for (one, other) in zip(kept, kept.dropFirst()) { messages[Int(one)]?.following = other }
    messages[Int(tail)]?.following = -1
    lanes[Int(index)]?.tail = tail
    if head != lane.head {
      lanes[Int(index)]?.head = head
      lanes[Int(index)]?.state = .ready
    }
  }

  // MARK: Messages

  private mutating func store(_ message: QueuedMessage<Payload>) -> Int32 {
    guard let slot = freeMessages.popLast() else {
      messages.append(message)
      return Int32(messages.count - 1)
    }
    messages[Int(slot)] = message
    return slot
  }

  private mutating func remove(_ slot: Int32, _ message: QueuedMessage<Payload>) {
    messages[Int(slot)] = nil
    freeMessages.append(slot)
    count -= 1
    bytes -= message.bytes
  }
}
