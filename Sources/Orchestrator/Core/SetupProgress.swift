internal import ItemModel

/// How far the systems of one message have come, by their place in the message.
///
/// A system is called when all that come before it, as far as they stand in the message, have accepted; when one of those
/// ends otherwise, it ends without being attempted. What comes before it outside the message is settled already.
struct SetupProgress {
  private enum State {
    /// So many of those before it have not ended yet.
    case waiting(Int)
    case called
    case ended(SystemResult)
  }

  private var states: [State]
  /// For each place, the places that wait for it.
  private let behind: [[Int]]
  private var open: Int

  /// - Parameters:
  ///   - before: for each place, the places in the message that come before it.
  init(before: [[Int]]) {
    states = before.map { .waiting($0.count) }
    var behind = [[Int]](repeating: [], count: before.count)
    for (place, earlier) in before.enumerated() {
      for other in earlier { behind[other].append(place) }
    }
    self.behind = behind
    open = before.count
  }

  /// Whether every system has ended.
  var isDone: Bool { open == 0 }

  /// The systems to call first, after `settled` ones have ended by themselves.
  mutating func start(settled: [(place: Int, result: SystemResult)]) -> [Int] {
    // Those that are left out must not be called on the way.
    for (place, result) in settled { end(place, result) }
    for (place, _) in settled { _ = release(behind: place) }
    return states.indices.filter { place in
      guard case .waiting(0) = states[place] else { return false }
      states[place] = .called
      return true
    }
  }

  /// Takes a called system's result, once, and says which systems to call next.
  mutating func finish(_ place: Int, _ result: SystemResult) -> [Int] {
    guard case .called = states[place] else { return [] }
    end(place, result)
    return release(behind: place)
  }

  /// Every system's result; one that has not ended counts as not attempted.
  var results: [SystemResult] {
    states.map { state in
      if case .ended(let result) = state { result } else { SystemResult(.notAttempted) }
    }
  }

  private mutating func end(_ place: Int, _ result: SystemResult) {
    if case .ended = states[place] { return }
    states[place] = .ended(result)
    open -= 1
  }

  /// Tells those behind an ended system, and says which of them may be called.
  private mutating func release(behind place: Int) -> [Int] {
    guard case .ended(let result) = states[place] else { return [] }
    var next: [Int] = []
    for other in behind[place] {
      guard case .waiting(let count) = states[other] else { continue }
      guard result.result == .accepted else {
        end(other, SystemResult(.notAttempted))
        next += release(behind: other)
        continue
      }
      states[other] = count == 1 ? .called : .waiting(count - 1)
      if count == 1 { next.append(other) }
    }
    return next
  }
}
