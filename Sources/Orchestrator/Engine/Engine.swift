internal import ItemModel
internal import NativeThreads
internal import Telemetry

/// Carries messages through their systems, on one thread: what comes in, answers and results are posted to it in batches,
/// and each of its turns ends by handing on, in batches again, what it brought about.
///
/// `@unchecked Sendable`: every method but `post` runs on the loop's thread; what varies is set up before anything is
/// posted.
final class Engine: SenderHost, OutcomeHost, @unchecked Sendable {
  private let loop: EventLoop
  private let graph: SystemGraph
  private let serviceLevels: [Lane: Duration]
  private let metrics: OrchestratorMetrics
  /// By the systems' places in the graph.
  private var senders: [any SystemSender] = []
  private var desks: [LookupDesk] = []
  private var outcomes: OutcomeWriter?
  /// Senders to flush at the end of this turn.
  private var dirty: [any SystemSender] = []
  private var timed: Set<ObjectIdentifier> = []
  private var mustFlushDesks = false
  private var isTurnEndPosted = false
  private var isSweepSet = false

  init(graph: SystemGraph, serviceLevels: [Lane: Duration], metrics: OrchestratorMetrics) {
    loop = EventLoop(name: "orchestrator")
    self.graph = graph
    self.serviceLevels = serviceLevels
    self.metrics = metrics
  }

  /// Called once, before anything is posted.
  func connect(senders: [any SystemSender], desks: [LookupDesk], outcomes: OutcomeWriter) {
    self.senders = senders
    self.desks = desks
    self.outcomes = outcomes
  }

  func post(_ job: @escaping @Sendable () -> Void) { loop.post(job) }

  func stop() { loop.stop() }

  // MARK: Messages

  func take(_ arrivals: [Arrival]) {
    for arrival in arrivals { begin(arrival) }
    endTurn()
  }

  private func begin(_ arrival: Arrival) {
    let message = arrival.message
    let systems = message.systems.map { graph.index(of: $0.name) }
    var places: [Int: Int] = [:]
    for (place, system) in systems.enumerated() { if let system { places[system] = place } }
    let before = systems.map { system in system.map { graph.systems[$0].after.compactMap { places[$0] } } ?? [] }
    let run = SetupRun(
      message, id: arrival.id, sink: arrival.sink, systems: systems, progress: SetupProgress(before: before),
      serviceLevel: serviceLevels[message.lane])
    metrics.lane(message.lane).inFlight.add(1)
    var settled: [(place: Int, result: SystemResult)] = []
    for (place, system) in message.systems.enumerated() {
      if systems[place] == nil {
        settled.append((place, .systemError("unknown_system", "the systems file has no system \(system.name)")))
      } else if arrival.superseding.contains(system.name) {
        settled.append((place, SystemResult(.superseded)))
      }
    }
    let first = run.progress.start(settled: settled)
    askLookups(of: run, leavingOut: Set(settled.map(\.place)))
    proceed(run, first)
  }

  private func proceed(_ run: SetupRun, _ places: [Int]) {
    for place in places { attempt(run, place) }
    guard run.progress.isDone, !run.isReported else { return }
    run.isReported = true
    let now = Instant(microseconds: Timestamp.now.microseconds)
    let lane = metrics.lane(run.message.lane)
    lane.inFlight.add(-1)
    lane.messages.increment()
    lane.age.observe(now - run.message.since)
    for (system, result) in zip(run.systems, run.progress.results) {
      if let system { metrics.system(system).count(result.result, run.message.lane) }
    }
    outcomes?.add(run.outcome(at: now), of: run)
    endTurn()
  }

  // MARK: Look-ups

  /// Asks at once for all that the message's systems read, so that nothing waits for one after the other.
  private func askLookups(of run: SetupRun, leavingOut settled: Set<Int>) {
    for (place, system) in run.systems.enumerated() where !settled.contains(place) {
      guard let system else { continue }
      for index in graph.systems[system].template.lookups where run.lookups[index] == nil {
        if let answer = desks[index].ask(for: run) {
          run.note(answer, of: index)
        } else {
          run.lookups[index] = .pending
          mustFlushDesks = true
        }
      }
    }
  }

  func answered(_ desk: LookupDesk, _ answers: [(run: SetupRun, state: LookupAnswer)]) {
    for (run, answer) in answers {
      run.note(answer, of: desk.index)
      let blocked = run.blocked
      run.blocked = []
      proceed(run, blocked)
    }
    endTurn()
  }

  // MARK: Deliveries

  private func attempt(_ run: SetupRun, _ place: Int) {
    guard let index = run.systems[place] else { return }
    let template = graph.systems[index].template
    for lookup in template.lookups {
      switch run.lookups[lookup] {
      case .failed(let result): return finish(run, place, result)
      case .pending, nil: return run.blocked.append(place)
      case .ready: break
      }
    }
    do throws(TemplateError) {
      let snippet = try template.render(run.item, lookups: run.found)
      metrics.system(index).began(run.message.lane)
      senders[index].send(Delivery(run: run, place: place, snippet: snippet, since: .now))
    } catch {
      switch error {
      case .missingAttribute(let path): finish(run, place, .dataError("missing_attribute", path))
      case .missingLookup(let path): finish(run, place, .systemError("lookup_missing", path))
      }
    }
  }

  func finish(_ delivery: Delivery, _ result: SystemResult) {
    if let index = delivery.run.systems[delivery.place] {
      metrics.system(index).ended(delivery.lane, after: .now - delivery.since)
    }
    finish(delivery.run, delivery.place, result)
  }

  private func finish(_ run: SetupRun, _ place: Int, _ result: SystemResult) {
    proceed(run, run.progress.finish(place, result))
  }

  func outcomesFailed(_ count: Int) { metrics.outcomeFailures.increment(by: count) }

  // MARK: Turns

  func mustFlush(_ sender: any SystemSender) {
    if !dirty.contains(where: { $0 === sender }) { dirty.append(sender) }
    endTurn()
  }

  func flush(_ sender: any SystemSender, after delay: Duration) {
    guard timed.insert(ObjectIdentifier(sender)).inserted else { return }
    after(delay) { [weak self, weak sender] in
      guard let self, let sender else { return }
      timed.remove(ObjectIdentifier(sender))
      mustFlush(sender)
    }
  }

  func after(_ delay: Duration, _ action: @escaping () -> Void) {
    loop.schedule(after: delay) { [weak self] in
      action()
      self?.endTurn()
    }
  }

  /// What one turn of the loop brings about is handed on together, at its end.
  private func endTurn() {
    guard !isTurnEndPosted else { return }
    isTurnEndPosted = true
    loop.post { [self] in
      if mustFlushDesks {
        mustFlushDesks = false
        for desk in desks { desk.flush() }
      }
      // Flushing may end deliveries, and so begin others.
      while !dirty.isEmpty {
        let now = ContinuousClock.now
        let senders = dirty
        dirty = []
        for sender in senders { sender.flush(at: now) }
      }
      outcomes?.flush()
      isTurnEndPosted = false
      sweepLater()
    }
  }

  /// What waits for a free request must end also when nothing else happens.
  private func sweepLater() {
    guard !isSweepSet, senders.contains(where: { $0.waiting > 0 }) else { return }
    isSweepSet = true
    loop.schedule(after: .seconds(1)) { [weak self] in
      guard let self else { return }
      isSweepSet = false
      for sender in senders where sender.waiting > 0 { mustFlush(sender) }
    }
  }
}
