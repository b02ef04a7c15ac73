internal import Synchronization

/// How often values fell into each of some ranges, with their sum.
public final class Histogram: Sendable {
  /// Latencies in seconds, from half a millisecond to ten seconds.
  public static let seconds: [Double] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  ]
  /// Times that people wait for, in seconds: from a second to a day.
  public static let longSeconds: [Double] = [1, 2.5, 5, 10, 30, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 86_400]

  /// The upper bounds, inclusive; a last one, infinity, follows them.
  let bounds: [Double]
  // Atomics cannot stand in an array. The buffer never changes its place, is only reached through atomics, and is freed
  // when nobody has a reference any more; hence unsafe but right across threads.
  private nonisolated(unsafe) let counts: UnsafeMutableBufferPointer<Atomic<UInt64>>
  private let sumBits = Atomic<UInt64>(0)

  init(bounds: [Double]) {
    precondition(!bounds.isEmpty && zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "bounds must grow")
    self.bounds = bounds
    counts = .allocate(capacity: bounds.count + 1)
    for index in counts.indices { counts.initializeElement(at: index, to: Atomic(0)) }
  }

  deinit {
    counts.deinitialize()
    counts.deallocate()
  }

  public func observe(_ value: Double) {
    var index = 0
    while index < bounds.count, value > bounds[index] { index += 1 }
    counts[index].add(1, ordering: .relaxed)
    sumBits.addDouble(value)
  }

  /// Observes a time in seconds.
  public func observe(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    observe(Double(seconds) + Double(attoseconds) / 1e18)
  }

  public var sum: Double { Double(bitPattern: sumBits.load(ordering: .relaxed)) }
  public var count: UInt64 { cumulativeCounts.last ?? 0 }

  /// For each bound, and then for infinity, how many values were not above it.
  var cumulativeCounts: [UInt64] {
    var total: UInt64 = 0
    return counts.indices.map { index in
      total += counts[index].load(ordering: .relaxed)
      return total
    }
  }
}
