internal import Synchronization

/// A number that only grows: how often something happened.
public final class Counter: Sendable {
  private let value = Atomic<UInt64>(0)

  init() {}

  public func increment(by amount: Int = 1) {
    precondition(amount >= 0, "a counter never falls")
    value.add(UInt64(amount), ordering: .relaxed)
  }

  public var count: UInt64 { value.load(ordering: .relaxed) }
}

/// A number that goes up and down: how much there is of something.
public final class Gauge: Sendable {
  private let bits = Atomic<UInt64>(0)

  init() {}

  public func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
  public func set(_ value: Int) { set(Double(value)) }
  public func add(_ amount: Double) { bits.addDouble(amount) }
  public func add(_ amount: Int) { add(Double(amount)) }

  public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}

extension Atomic where Value == UInt64 {
  /// Adds to a number whose bit pattern is held.
  borrowing func addDouble(_ amount: Double) {
    var old = load(ordering: .relaxed)
    while true {
      let new = (Double(bitPattern: old) + amount).bitPattern
      let result = weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
      if result.exchanged { return }
      old = result.original
    }
  }
}
