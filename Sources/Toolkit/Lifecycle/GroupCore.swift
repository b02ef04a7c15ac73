/// The decisions of a service group: events in, actions out.
///
/// Services start in order, each when the one before is ready; they stop in reverse order, each when the one after it has
/// ended.
struct GroupCore {
  enum Event: Sendable {
    case ready(Int)
    case ended(Int, (any Error)?)
    case stopRequested
    /// The grace period is over.
    case deadline
    /// Cancelled services had time enough, too.
    case patienceOver
  }

  enum Action: Equatable {
    case start(Int)
    case allStarted
    case requestShutdown(Int)
    case startDeadline
    case cancelAll
    /// These services do not even end when cancelled.
    case abandon([Int])
    case finish
  }

  private enum Phase { case starting, running, stopping, cancelled }
  private enum Status { case waiting, starting, ready, ended }

  private let services: [(name: String, whenFinished: FinishPolicy)]
  private var statuses: [Status]
  private var phase = Phase.starting
  /// The service that was asked last to end.
  private var stopping: Int?
  private(set) var failure: ServiceFailure?

  init(_ services: [(name: String, whenFinished: FinishPolicy)]) {
    self.services = services
    statuses = services.map { _ in .waiting }
  }

  mutating func begin() -> [Action] { noteFinish(startNext()) }

  mutating func handle(_ event: Event) -> [Action] { noteFinish(decide(event)) }

  private mutating func noteFinish(_ actions: [Action]) -> [Action] {
    if actions.contains(.finish) { isFinished = true }
    return actions
  }

  private mutating func decide(_ event: Event) -> [Action] {
    switch event {
    case .ready(let index):
      guard statuses[index] == .starting else { return [] }
      statuses[index] = .ready
      return phase == .starting ? startNext() : []
    case .ended(let index, let error):
      return ended(index, error)
    case .stopRequested:
      return beginStop()
    case .deadline:
      guard phase == .stopping else { return [] }
      phase = .cancelled
      if let late = live.last { fail(.notDrained, late, nil) }
      return [.cancelAll]
    case .patienceOver:
      return live.isEmpty ? [] : [.abandon(live)]
    }
  }

  /// Whether every service has ended, or never began.
  private(set) var isFinished = false

  private var live: [Int] { statuses.indices.filter { statuses[$0] == .starting || statuses[$0] == .ready } }

  private mutating func ended(_ index: Int, _ error: (any Error)?) -> [Action] {
    let wasStarting = statuses[index] == .starting
    statuses[index] = .ended
    if let error {
      // After the cancellation, what services throw is its consequence.
      if phase != .cancelled { fail(.failed, index, error) }
      return beginStop()
    }
    guard phase == .starting || phase == .running else { return continueStop() }
    switch services[index].whenFinished {
    case .fail:
      fail(.endedEarly, index, nil)
      return beginStop()
    case .stopGroup:
      return beginStop()
    case .ignore:
      if phase == .starting { return wasStarting ? startNext() : [] }
      return live.isEmpty ? [.finish] : []
    }
  }

  private mutating func startNext() -> [Action] {
    if let next = statuses.firstIndex(of: .waiting) {
      statuses[next] = .starting
      return [.start(next)]
    }
    phase = .running
    return live.isEmpty ? [.finish] : [.allStarted]
  }

  private mutating func beginStop() -> [Action] {
    guard phase == .starting || phase == .running else { return continueStop() }
    phase = .stopping
    let actions = continueStop()
    return actions == [.finish] ? actions : [.startDeadline] + actions
  }

  /// Asks the last service that still lives to end, unless it was asked.
  private mutating func continueStop() -> [Action] {
    guard let last = live.last else { return [.finish] }
    guard phase == .stopping, stopping != last else { return [] }
    stopping = last
    return [.requestShutdown(last)]
  }

  private mutating func fail(_ code: ServiceFailure.Code, _ index: Int, _ cause: (any Error)?) {
    if failure == nil { failure = ServiceFailure(code: code, service: services[index].name, cause: cause) }
  }
}
