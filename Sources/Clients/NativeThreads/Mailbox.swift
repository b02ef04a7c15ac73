internal import Synchronization

/// A bounded queue from any thread to one consumer that takes all there is at once.
///
/// `onFirst` is called, outside the lock, whenever the queue turns from empty to not empty: the place to wake the consumer.
public final class Mailbox<Element: Sendable>: Sendable {
  private struct State {
    var elements: [Element] = []
    var isClosed = false
  }

  private let state: Mutex<State> = Mutex(State())
  private let onFirst: @Sendable () -> Void
  /// How many elements it holds at most.
  public let capacity: Int

  public init(capacity: Int, onFirst: @escaping @Sendable () -> Void) {
    self.capacity = capacity
    self.onFirst = onFirst
  }

  /// Adds as many of `elements` as there is room for, in order, and says how many that was.
  @discardableResult
  public func offer(_ elements: some Collection<Element>) -> Int {
    let (accepted, wasEmpty) = state.withLock { state -> (Int, Bool) in
      guard !state.isClosed else { return (0, false) }
      let room = min(elements.count, capacity - state.elements.count)
      let wasEmpty = state.elements.isEmpty
      state.elements.append(contentsOf: elements.prefix(room))
      return (room, wasEmpty && room > 0)
    }
    if wasEmpty { onFirst() }
    return accepted
  }

  /// Adds one element; false when there is no room.
  public func offer(_ element: Element) -> Bool { offer(CollectionOfOne(element)) == 1 }

  /// Takes everything that is there.
  public func drain() -> [Element] {
    state.withLock { state in
      var taken: [Element] = []
      swap(&taken, &state.elements)
      return taken
    }
  }

  /// Refuses what is offered from now on. What is there can still be drained.
  public func close() { state.withLock { $0.isClosed = true } }

  public var count: Int { state.withLock { $0.elements.count } }
}
