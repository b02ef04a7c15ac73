internal import ItemModel
internal import Telemetry

/// The items that a system holds, and its rule: the newest version stays, an older one is refused, a repeat is welcome.
struct SnippetTable {
  private(set) var items: [ItemKey: HeldSnippet] = [:]
  var statistics = SystemStatistics()

  /// Takes a delivery in.
  mutating func accept(_ delivery: SnippetDelivery, at now: Timestamp) -> Verdict {
    guard let index = items.index(forKey: delivery.item) else {
      items[delivery.item] = HeldSnippet(
        version: delivery.version, body: delivery.body, acceptedAt: now, accepted: 1, repeated: 0, older: 0)
      statistics.accepted += 1
      return .accepted
    }
    let verdict = items.values[index].take(delivery, at: now)
    switch verdict {
    case .accepted(let previous):
      statistics.accepted += 1
      if previous >= items.values[index].version { statistics.violations += 1 }
      return .accepted
    case .repeated(let isChanged):
      statistics.repeated += 1
      if isChanged { statistics.changedRepeats += 1 }
      return .repeated
    case .older:
      statistics.older += 1
      return .older(held: items.values[index].version)
    }
  }

  /// Takes back in what was held before a restart, without counting it as a delivery.
  mutating func recover(_ delivery: SnippetDelivery, at now: Timestamp) {
    let counted = statistics
    _ = accept(delivery, at: now)
    let violations = statistics.violations
    statistics = counted
    statistics.violations = violations
    statistics.recovered += 1
  }

  mutating func removeAll() {
    items = [:]
    statistics = SystemStatistics()
  }
}

extension HeldSnippet {
  fileprivate enum Taking {
    case accepted(previous: Int64)
    case repeated(isChanged: Bool)
    case older
  }

  fileprivate mutating func take(_ delivery: SnippetDelivery, at now: Timestamp) -> Taking {
    guard delivery.version >= version else {
      older += 1
      return .older
    }
    guard delivery.version > version else {
      repeated += 1
      return .repeated(isChanged: delivery.body != body)
    }
    let previous = version
    version = delivery.version
    body = delivery.body
    acceptedAt = now
    accepted += 1
    return .accepted(previous: previous)
  }
}
