internal import Queues
internal import Randomness

/// Decides what of a subscription's messages goes out when, and what may be committed: events in, actions out.
///
/// It does no input or output and reads no clock, so every course of events can be tried in a test.
struct ProxyCore<Payload: Sendable> {
  typealias Action = ProxyAction<Payload>
  typealias Outbound = OutboundMessage<Payload>

  private struct Watch {
    let id: MessageID
    let due: ContinuousClock.Instant
  }

  let limits: ProxyLimits
  var queue = PendingQueue<Payload>()
  var tenures: [UInt32: Tenure] = [:]
  var current: [SourcePartition: UInt32] = [:]
  var counters = ProxyCounters()
  var inFlight = 0
  private(set) var inFlightLimit: Int
  private(set) var isStopping = false
  /// The queue has reached its bounds and is not half empty yet.
  private(set) var isFull = false
  /// The partitions of which nothing may be read for now.
  private(set) var paused: Set<SourcePartition> = []
  /// A partition has come, gone, been latched or freed since `paused` was worked out.
  var isIntakeStale = false

  var budget: DeadLetterBudget
  private var lastTenure: UInt32 = 0
  private var watches = FIFO<Watch>()
  private var random: SeededRandom

  init(limits: ProxyLimits, seed: UInt64) {
    self.limits = limits
    inFlightLimit = limits.inFlight
    budget = limits.budget
    random = SeededRandom(seed: seed)
  }

  /// When a `tick` is wanted, if at all.
  var nextDue: ContinuousClock.Instant? {
    [queue.nextDue, watches.first?.due].compactMap { $0 }.min()
  }

  /// How many messages may be received now.
  var room: Int { max(0, limits.queue.maxMessages - queue.count) }

  mutating func handle(_ event: ProxyEvent<Payload>, at now: ContinuousClock.Instant) -> [Action] {
    var actions: [Action] = []
    switch event {
    case .assigned(let epoch, let positions): assign(epoch, positions)
    case .received(let batches): receive(batches, &actions)
    case .completed(let completions): complete(completions, now, &actions)
    case .deadLettered(let ids): settleDeadLetters(ids, &actions)
    case .deadLetterFailed(let ids): postponeDeadLetters(ids, now, &actions)
    case .tick: queue.unpark(at: now)
    case .revoking(let partitions): beginRevoking(partitions, &actions)
    case .released(let partitions): release(partitions)
    case .commitDue: commit(&actions)
    case .commitFailed(let partitions): markUncommitted(partitions)
    case .deadlineLifted(let ids): for id in ids where taken(id) != nil { queue[id.slot]?.hasDeadline = false }
    case .inFlightLimit(let limit): inFlightLimit = max(0, limit)
    case .stop: isStopping = true
    }
    reportOverdue(now, &actions)
    dispatch(now, &actions)
    reviewIntake(&actions)
    return actions
  }

  mutating func chance() -> Double { .random(in: 0..<1, using: &random) }

  mutating func makeTenure(_ partition: SourcePartition, epoch: UInt64, tracker: OffsetTracker) {
    lastTenure += 1
    tenures[lastTenure] = Tenure(partition: partition, epoch: epoch, tracker: tracker)
    current[partition] = lastTenure
  }

  // MARK: Dispatch

  private mutating func dispatch(_ now: ContinuousClock.Instant, _ actions: inout [Action]) {
    guard !isStopping else { return }
    var messages: [Outbound] = []
    while inFlight < inFlightLimit, let slot = queue.take() {
      guard let message = queue[slot] else { continue }
      tenures[message.tenure]?.out += 1
      if case .deadLetter(let reason) = message.fate {
        if let outbound = outbound(slot) { actions.append(.deadLetter([outbound], reason)) }
        continue
      }
      queue[slot]?.attempts += 1
      queue[slot]?.hasDeadline = true
      if message.firstAttempt == nil { queue[slot]?.firstAttempt = now }
      inFlight += 1
      guard let outbound = outbound(slot) else { continue }
      watches.append(Watch(id: outbound.id, due: now + limits.handlerDeadline))
      messages.append(outbound)
    }
    guard !messages.isEmpty else { return }
    counters.dispatched += UInt64(messages.count)
    // One long delivery at the front would keep the watches of all that were sent and answered after it.
    if watches.count > 2 * inFlight + 1_000 { watches = watches.filter { isWatched($0.id) } }
    actions.append(.dispatch(messages))
  }

  func outbound(_ slot: Int32) -> Outbound? {
    guard let message = queue[slot], let partition = tenures[message.tenure]?.partition,
      let epoch = tenures[message.tenure]?.epoch
    else { return nil }
    return Outbound(
      id: MessageID(tenure: message.tenure, slot: slot, attempt: message.attempts, offset: message.offset),
      partition: partition, epoch: epoch, attempt: Int(message.attempts), payload: message.payload,
      followers: queue.followers(of: slot, limit: limits.followers))
  }

  /// The message that the id names, if it is out.
  func taken(_ id: MessageID) -> QueuedMessage<Payload>? {
    guard let message = queue[id.slot], message.phase == .taken, message.tenure == id.tenure else { return nil }
    return message.offset == id.offset && message.attempts == id.attempt ? message : nil
  }

  private func isWatched(_ id: MessageID) -> Bool {
    guard let message = taken(id), case .deliver = message.fate else { return false }
    return message.hasDeadline
  }

  private mutating func reportOverdue(_ now: ContinuousClock.Instant, _ actions: inout [Action]) {
    while let watch = watches.first {
      let isWatched = isWatched(watch.id)
      guard !isWatched || watch.due <= now else { return }
      _ = watches.popFirst()
      guard isWatched else { continue }
      counters.overdue += 1
      actions.append(.overdue(watch.id, tenures[watch.id.tenure]?.partition))
    }
  }

  // MARK: Intake

  /// Looks whether too many offsets of a partition are held, or no longer.
  mutating func reviewLatch(_ tenure: UInt32) {
    guard let held = tenures[tenure]?.tracker.held, let isLatched = tenures[tenure]?.isLatched else { return }
    let limit = isLatched ? limits.maxPendingOffsets / 2 : limits.maxPendingOffsets
    guard (held > limit) != isLatched else { return }
    tenures[tenure]?.isLatched.toggle()
    isIntakeStale = true
  }

  private mutating func reviewIntake(_ actions: inout [Action]) {
    let wasFull = isFull
    isFull =
      wasFull
      ? !limits.queue.isRelieved(messages: queue.count, bytes: queue.bytes)
      : limits.queue.isReached(messages: queue.count, bytes: queue.bytes)
    guard isIntakeStale || isFull != wasFull else { return }
    isIntakeStale = false
    let wanted = Set(current.filter { isFull || tenures[$0.value]?.isLatched == true }.keys)
    guard wanted != paused else { return }
    paused = wanted
    actions.append(.intake)
  }
}
