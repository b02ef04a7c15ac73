internal import ItemModel

/// Shares the requests that one system may have at once among the lanes.
///
/// No place stays free while somebody waits. A place goes first to a lane that has less than its guaranteed share, then to
/// any; among equals to the higher lane. So a lane that was idle has its share back as soon as places are freed.
struct ConcurrencyShares {
  let total: Int
  private let guaranteed: [Int]
  private var used: [Int]
  private(set) var inUse = 0

  /// - Parameter weights: how much of the total each lane is guaranteed; lanes that are left out are guaranteed nothing.
  init(total: Int, weights: [Lane: Double]) {
    self.total = max(1, total)
    var guaranteed = [Int](repeating: 0, count: Lane.allCases.count)
    let sum = weights.values.reduce(0, +)
    var rest = self.total
    // At least one each, as far as it goes; higher lanes first.
    for lane in Lane.allCases.reversed() {
      guard let weight = weights[lane], weight > 0, sum > 0 else { continue }
      let share = min(rest, max(1, Int(Double(self.total) * weight / sum)))
      guaranteed[Int(lane.rawValue)] = share
      rest -= share
    }
    self.guaranteed = guaranteed
    used = [Int](repeating: 0, count: guaranteed.count)
  }

  func used(by lane: Lane) -> Int { used[Int(lane.rawValue)] }
  func guaranteed(to lane: Lane) -> Int { guaranteed[Int(lane.rawValue)] }

  /// Takes a place for one of the lanes for which something waits; nil when none is free or nothing waits.
  mutating func take(waiting: (Lane) -> Bool) -> Lane? {
    guard inUse < total else { return nil }
    var chosen: Lane?
    for lane in Lane.allCases.reversed() where waiting(lane) {
      if used(by: lane) < guaranteed(to: lane) {
        chosen = lane
        break
      }
      if chosen == nil { chosen = lane }
    }
    guard let chosen else { return nil }
    used[Int(chosen.rawValue)] += 1
    inUse += 1
    return chosen
  }

  mutating func giveBack(_ lane: Lane) {
    used[Int(lane.rawValue)] -= 1
    inUse -= 1
  }
}
