internal import Synchronization

/// A number of places, for what may not be done without limit.
final class Slots: Sendable {
  private let free: Atomic<Int>

  init(_ count: Int) { free = Atomic(count) }

  var isFull: Bool { free.load(ordering: .relaxed) <= 0 }

  /// Takes a place; false when none is free.
  func take() -> Bool {
    if free.wrappingSubtract(1, ordering: .relaxed).newValue >= 0 { return true }
    giveBack()
    return false
  }

  func giveBack() { free.wrappingAdd(1, ordering: .relaxed) }
}
