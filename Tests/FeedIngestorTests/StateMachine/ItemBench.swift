internal import Crypto
internal import ItemModel
internal import JSONCodec

@testable internal import FeedIngestor

/// One item on the machine's bench: every event is applied at once, and what is sent is kept.
struct ItemBench {
  var machine: ItemMachine
  var state: ItemState?
  var now = Instant(microseconds: 1_000_000_000)
  var timeline: Int32 = 1
  var nextLease: Int64 = 1
  /// The last decision.
  var last: ItemDecision?
  let key: ItemKey

  init(policy: RetryPolicy = RetryPolicy(), without removed: Set<String> = []) throws {
    machine = ItemMachine(graph: try Systems.graph(without: removed), policy: policy)
    key = try SimulatedWorld.key(0)
  }

  /// An item that every system holds: `seller` a, `cost` level a and code a, `pricing` tier a, `logistics` tag a.
  static func settled(policy: RetryPolicy = RetryPolicy()) throws -> ItemBench {
    var bench = try ItemBench(policy: policy)
    for dispatch in try bench.change(
      #"{"seller":{"id":"a"},"cost":{"level":"a","code":"a"},"pricing":{"tier":"a"},"logistics":{"tag":"a"}}"#)
    {
      bench.accept(dispatch)
    }
    bench.acknowledge("supplier")
    return bench
  }

  // MARK: Events

  /// Time passes, and the events are applied.
  /// - Returns: what is sent.
  @discardableResult
  mutating func apply(_ events: ItemEvent..., after pause: Duration = .milliseconds(1)) -> [Dispatch] {
    now = now + pause
    var lease = nextLease
    let decision = machine.apply(events, to: key, state: state, now: now, timeline: timeline) {
      defer { lease += 1 }
      return lease
    }
    nextLease = lease
    state = decision.state
    last = decision
    return decision.dispatches
  }

  @discardableResult
  mutating func change(
    _ attributes: String, lane: Lane = .setup, feed: ItemChange.FeedPart? = nil,
    after pause: Duration = .milliseconds(1)
  ) throws -> [Dispatch] {
    apply(
      .change(
        ItemChange(
          attributes: try JSONDocument(attributes).root, gtin: "00000001", lane: lane, correlationID: "c", feed: feed)),
      after: pause)
  }

  /// Reports the same of some of a dispatch's systems, or all.
  @discardableResult
  mutating func report(
    _ dispatch: Dispatch, _ result: SystemOutcome.Result, of names: [String]? = nil, status: Int? = nil,
    code: String? = nil, retryAfter: Duration? = nil, lease: Int64? = nil
  ) -> [Dispatch] {
    let outcomes = dispatch.systems.compactMap { index, digest -> SystemOutcome? in
      let name = machine.graph.systems[index].name
      guard names?.contains(name) ?? true else { return nil }
      return SystemOutcome(
        name: name, result: result, digest: digest, status: status, code: code, retryAfter: retryAfter)
    }
    return apply(.outcome(version: dispatch.version, lease: lease ?? dispatch.lease, outcomes))
  }

  /// All accept; who acknowledges later was sent it.
  @discardableResult
  mutating func accept(_ dispatch: Dispatch) -> [Dispatch] {
    let outcomes = dispatch.systems.map { index, digest in
      let system = machine.graph.systems[index]
      return SystemOutcome(name: system.name, result: system.acknowledges == nil ? .accepted : .sent, digest: digest)
    }
    return apply(.outcome(version: dispatch.version, lease: dispatch.lease, outcomes))
  }

  @discardableResult
  mutating func acknowledge(_ name: String, version: Int64? = nil, isAccepted: Bool = true) -> [Dispatch] {
    apply(
      .acknowledgement(
        system: name, version: version ?? self[name].newest, isAccepted: isAccepted, code: nil, description: nil))
  }

  /// Waits for the next moment at which something is due, and looks.
  @discardableResult
  mutating func fire(_ leases: [Int64: LeaseFate] = [:]) -> [Dispatch] {
    let pause = state?.due.map { max($0 - now, .zero) } ?? .zero
    return apply(.timer(leases: leases), after: pause)
  }

  // MARK: What is seen

  subscript(_ name: String) -> SystemState {
    guard let place = machine.graph.index(of: name), let state else { return SystemState() }
    return state.systems[place]
  }

  func standing(_ name: String) -> Standing? {
    guard let place = machine.graph.index(of: name), let state else { return nil }
    return machine.graph.standings(in: state)[place]
  }

  /// `setup: pricing seller`, the dispatches' systems by lane.
  func names(_ dispatches: [Dispatch]) -> [String] {
    dispatches.map { dispatch in
      ([dispatch.lane.name + ":"] + dispatch.systems.map { machine.graph.systems[$0.index].name })
        .joined(separator: " ")
    }
  }
}

extension [Dispatch] {
  /// The first of them, which there must be.
  func only() throws -> Dispatch {
    guard let first else { throw NothingSent() }
    return first
  }

  struct NothingSent: Error {}
}
