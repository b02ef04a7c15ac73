import Randomness
import Testing

@testable import MessageProxy

/// One member after the other on a log of keyed messages: verdicts in any order, retries, dead letters, revocations with
/// and without a drain, late verdicts, crashes. What must hold: of a key one message is out at a time, none is begun before
/// all earlier ones of its key are done, nothing below a committed offset is undone, and in the end everything is done.
@Suite struct ProxyCoreSimulationTests {
  private struct World {
    static let length = 400
    let partition = SourcePartition(topic: "t", partition: 0)
    var random: SeededRandom
    let keys: [UInt8?]
    var core: ProxyCore<Int>
    var now = ContinuousClock.now
    var epoch: UInt64 = 0
    var position: Int64 = 0
    var isAssigned = false
    var out: [OutboundMessage<Int>] = []
    var letters: [MessageID] = []
    var done: Set<Int> = []
    var committed: CommitPosition?

    init(seed: UInt64) {
      var random = SeededRandom(seed: seed)
      keys = (0..<Self.length).map { _ in
        Int.random(in: 0..<6, using: &random) == 0 ? nil : UInt8.random(in: 0..<15, using: &random)
      }
      core = Self.makeCore(seed)
      self.random = random
    }

    static func makeCore(_ seed: UInt64) -> ProxyCore<Int> {
      var options = SubscriptionOptions()
      options.inFlightLimit = 8
      options.maxQueuedMessages = 40
      options.maxPendingOffsets = 60
      options.retry.maxAttempts = 4
      options.maxMetadataBytes = 64
      return ProxyCore<Int>(limits: options.limits, seed: seed)
    }

    mutating func tell(_ event: ProxyEvent<Int>) {
      for action in core.handle(event, at: now) {
        switch action {
        case .dispatch(let messages): for message in messages { begin(message) }
        case .deadLetter(let messages, _): letters += messages.map(\.id)
        case .commit(_, let positions):
          guard let position = positions[partition] else { continue }
          committed = position
          #expect((0..<position.offset).allSatisfy { done.contains(Int($0)) })
        case .intake, .drained, .overdue, .rewound: break
        }
      }
      #expect(core.queue.count <= 40)
      #expect(core.inFlight <= 8)
    }

    private mutating func begin(_ message: OutboundMessage<Int>) {
      if let key = keys[message.payload] {
        #expect(!out.contains { keys[$0.payload] == key })
        #expect((0..<message.payload).allSatisfy { keys[$0] != key || done.contains($0) })
        #expect(message.followers.allSatisfy { keys[$0] == key && $0 > message.payload })
      }
      out.append(message)
    }

    mutating func assign() {
      epoch += 1
      let restored = committed.map { RestoredPosition(offset: $0.offset, metadata: $0.metadata) }
      position = restored?.offset ?? 0
      isAssigned = true
      tell(.assigned(epoch: epoch, [partition: restored]))
    }

    mutating func read() {
      guard isAssigned, !core.paused.contains(partition) else { return }
      let end = min(Int64(Self.length), position + Int64(min(core.room, Int.random(in: 1...20, using: &random))))
      guard end > position else { return }
      let messages = (position..<end).map { offset in
        SourceBatch<Int>.Message(
          offset: offset, key: keys[Int(offset)].map { [$0] }, bytes: 1, payload: Int(offset))
      }
      let batch = SourceBatch(partition: partition, epoch: epoch, from: position, next: end, messages: messages)
      position = end
      tell(.received([batch]))
    }

    mutating func answer() {
      guard !out.isEmpty else { return }
      let message = out.remove(at: Int.random(in: 0..<out.count, using: &random))
      let isCurrent = message.epoch == epoch && isAssigned
      let reason = FailureReason(code: "test")
      let verdict: Verdict =
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1: .retry(after: Bool.random(using: &random) ? .seconds(3) : nil, reason)
        case 2: .deadLetter(reason)
        default: .done
        }
      // A verdict of an earlier assignment changes nothing, so the message counts as done only for the current one.
      if isCurrent, verdict == .done { done.insert(message.payload) }
      tell(.completed([(message.id, verdict)]))
    }

    mutating func settleLetters() {
      guard !letters.isEmpty else { return }
      let id = letters.remove(at: Int.random(in: 0..<letters.count, using: &random))
      if Bool.random(using: &random) { return tell(.deadLetterFailed([id])) }
      if core.tenures[id.tenure] != nil { done.insert(Int(id.offset)) }
      tell(.deadLettered([id]))
    }

    mutating func revoke() {
      guard isAssigned else { return }
      tell(.revoking([partition]))
      for _ in 0..<Int.random(in: 0...12, using: &random) { Bool.random(using: &random) ? answer() : settleLetters() }
      if Bool.random(using: &random) { tell(.commitDue) }
      isAssigned = false
      tell(.released([partition]))
    }

    mutating func crash(_ seed: UInt64) {
      core = Self.makeCore(seed)
      out = []
      letters = []
      isAssigned = false
    }
  }

  @Test(arguments: 0..<30) func holdsItsPromises(seed: UInt64) {
    var world = World(seed: seed)
    for step in 0..<20_000 where world.done.count < World.length {
      if !world.isAssigned { world.assign() }
      switch Int.random(in: 0..<200, using: &world.random) {
      case 0..<60: world.read()
      case 60..<150: world.answer()
      case 150..<165: world.settleLetters()
      case 165..<190:
        world.now += .milliseconds(Int.random(in: 1...2_000, using: &world.random))
        world.tell(.tick)
      case 190..<198: world.tell(.commitDue)
      case 198: world.revoke()
      default: if step % 3 == 0 { world.crash(UInt64(step)) }
      }
    }
    #expect(world.done.count == World.length)
    if !world.isAssigned { world.assign() }
    for _ in 0..<World.length { world.read() }
    while !world.out.isEmpty { world.answer() }
    world.tell(.commitDue)
  }
}
