import Randomness
import Testing

@testable import MessageProxy

@Suite struct PendingQueueTests {
  private let start = ContinuousClock.now

  private func queue(_ keys: [String?]) -> PendingQueue<Int> {
    var queue = PendingQueue<Int>()
    for (index, key) in keys.enumerated() {
      queue.add(tenure: 1, offset: Int64(index), key: key.map { Array($0.utf8) }, bytes: 1, payload: index)
    }
    return queue
  }

  private func takeOne(_ queue: inout PendingQueue<Int>) throws -> Int32 {
    let slot = queue.take()
    return try #require(slot)
  }

  private func takeAll(_ queue: inout PendingQueue<Int>) -> [Int] {
    var taken: [Int] = []
    while let slot = queue.take(), let message = queue[slot] { taken.append(message.payload) }
    return taken
  }

  @Test func oneOfAKeyAtATimeInOrder() throws {
    var queue = queue(["a", "a", "b", nil, "a", nil])
    let first = try takeOne(&queue)
    #expect(queue.followers(of: first, limit: 10) == [1, 4])
    #expect(queue.followers(of: first, limit: 1) == [1])
    let taken1 = takeAll(&queue)
    #expect(taken1 == [2, 3, 5])
    queue.finish(first)
    // The oldest goes first, also when it was blocked.
    let taken2 = takeAll(&queue)
    #expect(taken2 == [1])
    #expect(queue.count == 5)
    #expect(queue.taken == 4)
  }

  @Test func whatComesFreeGoesBeforeWhatCameLater() throws {
    var queue = queue(["a", "a", "b", "c"])
    let first = try takeOne(&queue)
    queue.finish(first)
    let taken3 = takeAll(&queue)
    #expect(taken3 == [1, 2, 3])
  }

  @Test func aParkedMessageBlocksItsKeyOnly() throws {
    var queue = queue(["a", "b", "a"])
    let first = try takeOne(&queue)
    queue.park(first, until: start + .seconds(5))
    #expect(queue.parked == 1)
    let taken4 = takeAll(&queue)
    #expect(taken4 == [1])
    queue.unpark(at: start + .seconds(4))
    let taken5 = takeAll(&queue)
    #expect(taken5 == [])
    queue.unpark(at: start + .seconds(5))
    let again = try takeOne(&queue)
    #expect(again == first)
    queue.finish(first)
    let taken6 = takeAll(&queue)
    #expect(taken6 == [2])
  }

  @Test func droppedTenuresLeaveWhatIsOutAsABlock() throws {
    var queue = queue(["a", "a", "b"])
    let first = try takeOne(&queue)
    queue.drop([1])
    #expect(queue.count == 1)
    queue.add(tenure: 2, offset: 0, key: Array("a".utf8), bytes: 1, payload: 10)
    queue.add(tenure: 2, offset: 1, key: Array("b".utf8), bytes: 1, payload: 11)
    let taken7 = takeAll(&queue)
    #expect(taken7 == [11])
    queue.finish(first)
    let taken8 = takeAll(&queue)
    #expect(taken8 == [10])
  }

  /// Against an array that is searched from the front: order, blocking, counts; every message goes exactly once.
  @Test(arguments: 0..<12) func agreesWithANaiveModel(seed: UInt64) {
    struct Waiting {
      let payload: Int
      let key: UInt8?
      let tenure: UInt32
      var due: ContinuousClock.Instant?
    }
    var random = SeededRandom(seed: seed)
    var queue = PendingQueue<Int>()
    var model: [Waiting] = []
    var out: [(slot: Int32, waiting: Waiting)] = []
    var now = start
    var last = 0
    for _ in 0..<3_000 {
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<40:
        last += 1
        let key: UInt8? = Int.random(in: 0..<5, using: &random) == 0 ? nil : UInt8.random(in: 0..<12, using: &random)
        let tenure = UInt32.random(in: 1...3, using: &random)
        queue.add(tenure: tenure, offset: Int64(last), key: key.map { [$0] }, bytes: last % 7, payload: last)
        model.append(Waiting(payload: last, key: key, tenure: tenure))
      case 40..<70:
        let blocked = Set(out.compactMap(\.waiting.key))
        var seen = blocked
        var ready: [Int] = []
        for waiting in model {
          if let key = waiting.key, !seen.insert(key).inserted { continue }
          if waiting.due == nil { ready.append(waiting.payload) }
        }
        guard let slot = queue.take(), let message = queue[slot] else {
          #expect(ready.isEmpty)
          continue
        }
        #expect(ready.contains(message.payload))
        guard let index = model.firstIndex(where: { $0.payload == message.payload }) else { continue }
        let waiting = model.remove(at: index)
        let followers = waiting.key.map { key in model.filter { $0.key == key }.map(\.payload) } ?? []
        #expect(queue.followers(of: slot, limit: 3) == Array(followers.prefix(3)))
        out.append((slot, waiting))
      case 70..<85 where !out.isEmpty:
        let one = out.remove(at: Int.random(in: 0..<out.count, using: &random))
        queue.finish(one.slot)
      case 85..<94 where !out.isEmpty:
        var one = out.remove(at: Int.random(in: 0..<out.count, using: &random))
        let due = now + .seconds(Int.random(in: 1...20, using: &random))
        queue.park(one.slot, until: due)
        one.waiting.due = due
        model.insert(one.waiting, at: model.firstIndex { $0.payload > one.waiting.payload } ?? model.count)
      case 94..<99:
        now += .seconds(Int.random(in: 1...5, using: &random))
        queue.unpark(at: now)
        for index in model.indices { if let due = model[index].due, due <= now { model[index].due = nil } }
      case 99:
        let tenure = UInt32.random(in: 1...3, using: &random)
        queue.drop([tenure])
        model.removeAll { $0.tenure == tenure }
      default: break
      }
      #expect(queue.count == model.count + out.count)
      #expect(queue.taken == out.count)
      #expect(queue.parked == model.count { $0.due != nil })
      #expect(
        queue.bytes == model.map { $0.payload % 7 }.reduce(0, +) + out.map { $0.waiting.payload % 7 }.reduce(0, +))
    }
  }
}
