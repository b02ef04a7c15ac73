import Queues
import Testing

struct FIFOTests {
  @Test func whatGoesInComesOutInOrder() {
    var (queue, next, expected) = (FIFO<Int>(), 0, 0)
    // Grows and shrinks over the places where it makes room.
    for round in 0..<200 {
      for _ in 0..<(round % 7 + 1) {
        queue.append(next)
        next += 1
      }
      for _ in 0..<(round % 5 + 1) where !queue.isEmpty {
        #expect(queue.first == expected)
        #expect(queue.popFirst() == expected)
        expected += 1
      }
      #expect(queue.count == next - expected)
    }
    while let element = queue.popFirst() {
      #expect(element == expected)
      expected += 1
    }
    #expect(expected == next && queue.isEmpty && queue.first == nil && queue.popFirst() == nil)
  }

  @Test func whatWasTakenOutIsLetGo() {
    final class Thing {}
    var queue = FIFO<Thing>()
    var last: Thing? = Thing()
    weak let seen = last
    last.map { queue.append($0) }
    queue.append(Thing())
    last = queue.popFirst()
    last = nil
    #expect(seen == nil && queue.count == 1)
  }

  @Test func someAreLeftOut() {
    var queue = FIFO<Int>()
    for number in 0..<10 { queue.append(number) }
    _ = queue.popFirst()
    queue = queue.filter { $0 % 2 == 1 }
    #expect(queue.count == 5 && queue.first == 1)
    queue.append(11)
    var rest: [Int] = []
    while let number = queue.popFirst() { rest.append(number) }
    #expect(rest == [1, 3, 5, 7, 9, 11])
    queue.append(1)
    queue.removeAll()
    #expect(queue.isEmpty)
  }
}
