internal import HTTPCaller
internal import ItemModel
internal import Telemetry

/// Delivers to a REST system: as many requests at once as it allows, shared among the lanes, behind a circuit breaker.
///
/// `@unchecked Sendable`: used on the engine's thread only; the caller's completions are posted there.
final class RESTSender: SystemSender, @unchecked Sendable {
  struct Call {
    let deliveries: [Delivery]
    let lane: Lane
    let ticket: SystemCircuit.Ticket
  }

  let name: String
  let endpoint: RESTEndpoint
  let limits: DeliveryLimits
  unowned let host: any SenderHost
  let metrics: SystemMetrics
  let logger: Logger
  var queues: [LaneQueue]
  var shares: ConcurrencyShares
  var circuit: SystemCircuit
  private var open: [UInt64: Call] = [:]
  private var lastCall: UInt64 = 0
  private var submitter: HTTPSubmitter?

  init(
    name: String, endpoint: RESTEndpoint, limits: DeliveryLimits, weights: [Lane: Double], caller: HTTPCaller,
    host: any SenderHost, metrics: SystemMetrics, logger: Logger
  ) {
    self.name = name
    self.endpoint = endpoint
    self.limits = limits
    self.host = host
    self.metrics = metrics
    self.logger = logger
    queues = Lane.allCases.map { _ in LaneQueue() }
    shares = ConcurrencyShares(total: endpoint.concurrency, weights: weights)
    circuit = SystemCircuit(limits.circuit)
    submitter = caller.submitter { [weak self, weak host] completions in
      guard let self, let host else { return }
      // The engine is held as long as somebody works for it.
      host.post { withExtendedLifetime(host) { self.complete(completions) } }
    }
  }

  var waiting: Int { queues.reduce(0) { $0 + $1.count } }

  func send(_ delivery: Delivery) {
    if let remaining = circuit.remaining(at: delivery.since) { return refuse([delivery], remaining) }
    guard waiting < limits.maxWaiting else {
      return host.finish(delivery, .systemError("overloaded", "too many deliveries wait for the system"))
    }
    queues[Int(delivery.lane.rawValue)].append(delivery)
    host.mustFlush(self)
  }

  func flush(at now: ContinuousClock.Instant) {
    for lane in queues.indices {
      for delivery in queues[lane].takeOverdue(before: now - limits.maxWait) {
        host.finish(delivery, .systemError("overloaded", "no request to the system was free in time"))
      }
    }
    var calls: [HTTPCall] = []
    while let lane = takePlace(at: now) {
      let deliveries = queues[Int(lane.rawValue)].next(
        upTo: endpoint.batch ?? 1, maxBytes: limits.maxBatchBytes)
      switch circuit.admit(at: now) {
      case .refused(let remaining):
        shares.giveBack(lane)
        refuse(deliveries, remaining)
      case .call(let ticket):
        lastCall += 1
        open[lastCall] = Call(deliveries: deliveries, lane: lane, ticket: ticket)
        calls.append(HTTPCall(id: lastCall, request: request(deliveries)))
      }
    }
    metrics.showCircuit(circuit.state)
    submitter?.submit(calls)
    if endpoint.batch != nil { waitForCompany(at: now) }
  }

  // MARK: Company

  private func takePlace(at now: ContinuousClock.Instant) -> Lane? {
    guard shares.inUse < shares.total else { return nil }
    let ready = Lane.allCases.map { isReady($0, at: now) }
    return shares.take { ready[Int($0.rawValue)] }
  }

  /// Whether a request of this lane may go: a batch when it is full or has waited, or when the system is idle anyway.
  private func isReady(_ lane: Lane, at now: ContinuousClock.Instant) -> Bool {
    let queue = queues[Int(lane.rawValue)]
    guard let batch = endpoint.batch, !queue.hasHalves else { return !queue.isEmpty }
    guard let oldest = queue.oldest else { return false }
    return queue.singles >= batch || shares.inUse == 0 || lane == .price || now - oldest >= limits.linger
  }

  /// What waits only for company is looked at again soon; what waits for a place, when one is given back.
  private func waitForCompany(at now: ContinuousClock.Instant) {
    guard shares.inUse < shares.total, let oldest = queues.compactMap(\.oldest).min() else { return }
    host.flush(self, after: max(.milliseconds(1), oldest + limits.linger - now))
  }

  // MARK: Ends

  private func complete(_ completions: [HTTPCompletion]) {
    let now = ContinuousClock.now
    for completion in completions {
      guard let call = open.removeValue(forKey: completion.id) else { continue }
      shares.giveBack(call.lane)
      metrics.requests.observe(completion.duration)
      let verdict = settle(call, completion.result)
      if circuit.record(call.ticket, verdict, at: now) { opened(verdict, at: now) }
    }
    metrics.showCircuit(circuit.state)
    host.mustFlush(self)
  }

  private func opened(_ verdict: SystemCircuit.Verdict, at now: ContinuousClock.Instant) {
    let remaining = circuit.remaining(at: now) ?? .zero
    if verdict == .misconfigured {
      // Its address may hold a secret.
      logger.error("system misconfigured: its circuit is open", ["system": name])
    } else {
      logger.warning("system circuit opened", ["system": name, "for": "\(remaining)"])
    }
    for lane in queues.indices { refuse(queues[lane].takeAll(), remaining) }
  }

  /// Ends deliveries that are not tried. Their retries come back spread over the time after the circuit half-opens.
  private func refuse(_ deliveries: [Delivery], _ remaining: Duration) {
    let spread = max(limits.circuit.openFor, remaining * 0.2)
    for delivery in deliveries {
      host.finish(
        delivery,
        .systemError(
          "circuit_open", "the system failed often of late, or is misconfigured",
          retryAfter: remaining + spread * Double.random(in: 0...1)))
    }
  }
}
