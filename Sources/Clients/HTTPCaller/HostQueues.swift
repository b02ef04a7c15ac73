internal import Queues

/// Decides which call may start: at most so many at once per host and in all, first come first served within a host, hosts
/// in turn, so that a slow one does not hold up the others.
///
/// libcurl has such limits too, but wakes one waiting transfer at a time whatever its host, and can leave others asleep.
struct HostQueues<Call> {
  final class Host {
    fileprivate let name: String
    fileprivate var active = 0
    fileprivate var waiting = FIFO<Call>()
    /// Whether it stands in `turns`.
    fileprivate var isListed = false
    fileprivate init(_ name: String) { self.name = name }
  }

  private let limit: Int
  private let limitPerHost: Int
  private var hosts: [String: Host] = [:]
  private var turns = FIFO<Host>()
  private(set) var active = 0

  init(limit: Int, limitPerHost: Int) {
    self.limit = limit
    self.limitPerHost = limitPerHost
  }

  mutating func add(_ call: Call, to name: String) {
    let host = hosts[name] ?? Host(name)
    hosts[name] = host
    host.waiting.append(call)
    list(host)
  }

  /// The next call that may start; it counts as active until `finished`.
  mutating func next() -> (call: Call, host: Host)? {
    while active < limit, let host = turns.popFirst() {
      host.isListed = false
      guard let call = host.waiting.popFirst() else { continue }
      host.active += 1
      active += 1
      list(host)
      return (call, host)
    }
    return nil
  }

  mutating func finished(_ host: Host) {
    host.active -= 1
    active -= 1
    list(host)
    forgetIfIdle(host)
  }

  /// Lets go of calls that ended while they waited, as far as they stand at the front.
  mutating func trim(_ name: String, while hasEnded: (Call) -> Bool) {
    guard let host = hosts[name] else { return }
    while let first = host.waiting.first, hasEnded(first) { _ = host.waiting.popFirst() }
    forgetIfIdle(host)
  }

  private mutating func list(_ host: Host) {
    guard !host.isListed, !host.waiting.isEmpty, host.active < limitPerHost else { return }
    host.isListed = true
    turns.append(host)
  }

  private mutating func forgetIfIdle(_ host: Host) {
    if host.active == 0, host.waiting.isEmpty, hosts[host.name] === host { hosts[host.name] = nil }
  }
}
