internal import Crypto
internal import ItemModel

/// A dispatch's message, with the snippets as a worker would make them.
struct SimulatedMessage {
  let item: Int
  let lane: Lane
  let version: Int64
  let lease: Int64
  let systems: [(index: Int, digest: Digest, content: String)]
}

/// A message that a worker has begun.
struct SimulatedWork {
  let offset: Int
  let message: SimulatedMessage
  var results: [Int: SystemOutcome] = [:]

  var isDone: Bool { results.count == message.systems.count }
}

/// A lane's topic, one partition of it, and its group: what was read, begun and committed.
struct SimulatedLane {
  private(set) var log: [SimulatedMessage] = []
  /// Messages below it will not be read again.
  private(set) var committed = 0
  private var finished: Set<Int> = []
  var begun: [SimulatedWork] = []

  mutating func append(_ message: SimulatedMessage) -> Int {
    log.append(message)
    return log.count - 1
  }

  /// Waiting messages, in order.
  var waiting: [Int] {
    (committed..<log.count).filter { offset in
      !finished.contains(offset) && !begun.contains { $0.offset == offset }
    }
  }

  /// The messages that may be begun: the first of each item that is not being worked on.
  var ready: [Int] {
    var busy = Set(begun.map(\.message.item))
    return waiting.filter { busy.insert(log[$0].item).inserted }
  }

  mutating func finish(_ work: SimulatedWork) {
    begun.removeAll { $0.offset == work.offset }
    finished.insert(work.offset)
    while finished.contains(committed) { committed += 1 }
  }

  /// The process dies: what was begun or not yet committed is read again.
  mutating func crash() {
    begun = []
    finished = []
  }
}
