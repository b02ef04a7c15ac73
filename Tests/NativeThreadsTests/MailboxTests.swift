import NativeThreads
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct MailboxTests {
  @Test func takesUpToItsCapacityInOrder() {
    let mailbox = Mailbox<Int>(capacity: 3) {}
    #expect(mailbox.offer(1))
    #expect(mailbox.offer([2, 3, 4, 5]) == 2)
    #expect(!mailbox.offer(6))
    #expect(mailbox.count == 3)
    #expect(mailbox.drain() == [1, 2, 3])
    #expect(mailbox.drain() == [])
    #expect(mailbox.offer([7, 8]) == 2)
  }

  @Test func wakesExactlyWhenItTurnsFromEmptyToNotEmpty() {
    let wakes = Counter()
    let mailbox = Mailbox<Int>(capacity: 2) { wakes.increment() }
    #expect(mailbox.offer([]) == 0)
    #expect(wakes.count == 0)
    #expect(mailbox.offer([1]) == 1)
    #expect(mailbox.offer([2, 3]) == 1)
    #expect(mailbox.offer([4]) == 0)
    #expect(wakes.count == 1)
    _ = mailbox.drain()
    #expect(mailbox.offer(5))
    #expect(wakes.count == 2)
  }

  @Test func aClosedOneRefusesButCanBeDrained() {
    let wakes = Counter()
    let mailbox = Mailbox<Int>(capacity: 2) { wakes.increment() }
    #expect(mailbox.offer(1))
    mailbox.close()
    #expect(!mailbox.offer(2))
    #expect(mailbox.drain() == [1])
    #expect(!mailbox.offer(3))
    #expect(wakes.count == 1)
  }

  @Test func manyProducersLoseNothingAndAlwaysWake() async {
    let loop = EventLoop(name: "consumer")
    let received = Mutex<[Int]>([])
    let (done, finish) = AsyncStream.makeStream(of: Void.self)
    let box = Box<Mailbox<Int>>()
    let mailbox = Mailbox<Int>(capacity: 100_000) {
      loop.post {
        let all = received.withLock { all in
          all += box.value?.drain() ?? []
          return all.count
        }
        if all == 40_000 { finish.finish() }
      }
    }
    box.value = mailbox
    await withTaskGroup(of: Void.self) { group in
      for producer in 0..<4 {
        group.addTask { for number in 0..<10_000 { _ = mailbox.offer(producer * 10_000 + number) } }
      }
    }
    for await _ in done {}
    loop.stop()
    let all = received.withLock { $0 }
    #expect(all.count == 40_000)
    for producer in 0..<4 {
      let own = all.filter { $0 / 10_000 == producer }
      #expect(own == Array(producer * 10_000..<(producer + 1) * 10_000))
    }
  }
}

final class Counter: Sendable {
  private let value = Atomic<Int>(0)
  func increment() { value.add(1, ordering: .relaxed) }
  var count: Int { value.load(ordering: .relaxed) }
}

/// A value that is set once, after what needs it was made.
final class Box<Value: Sendable>: Sendable {
  private let state = Mutex<Value?>(nil)
  var value: Value? {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}
