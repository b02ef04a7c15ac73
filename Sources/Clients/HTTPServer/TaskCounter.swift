internal import Synchronization

/// How many of the server's tasks run. A stop waits for them.
final class TaskCounter: Sendable {
  private let running = Atomic<Int>(0)

  func began() { running.add(1, ordering: .relaxed) }
  func ended() { running.subtract(1, ordering: .releasing) }
  var count: Int { running.load(ordering: .acquiring) }
}
