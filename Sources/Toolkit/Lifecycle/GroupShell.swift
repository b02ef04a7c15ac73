internal import NativeThreads
internal import Telemetry

/// Performs what a group's core decides.
struct GroupShell {
  private let group: ServiceGroup
  private let requests: [GracefulShutdown]
  private let loop: EventLoop
  private let sender: AsyncStream<GroupCore.Event>.Continuation

  init(
    _ group: ServiceGroup, requests: [GracefulShutdown], loop: EventLoop,
    sender: AsyncStream<GroupCore.Event>.Continuation
  ) {
    self.group = group
    self.requests = requests
    self.loop = loop
    self.sender = sender
  }

  func perform(_ actions: [GroupCore.Action], in tasks: inout TaskGroup<Void>) {
    for action in actions {
      switch action {
      case .start(let index):
        start(index, in: &tasks)
      case .allStarted:
        group.logger.info("all services started", ["services": String(requests.count)])
        group.onStarted()
      case .requestShutdown(let index):
        group.logger.debug("service is asked to stop", ["service": name(index)])
        requests[index].request()
      case .startDeadline:
        group.logger.info("stopping", ["gracePeriod": "\(group.gracePeriod)"])
        send(.deadline, after: group.gracePeriod)
      case .cancelAll:
        group.logger.warning("the grace period is over: cancelling what still runs")
        for request in requests { request.request() }
        tasks.cancelAll()
        send(.patienceOver, after: group.cancelPeriod)
      case .abandon(let hanging):
        group.logger.error("cancelled services hang", ["services": hanging.map(name).joined(separator: ", ")])
        group.forceExit(1)
      case .finish:
        sender.finish()
      }
    }
  }

  func log(_ event: GroupCore.Event) {
    switch event {
    case .ready(let index): group.logger.debug("service is ready", ["service": name(index)])
    case .ended(let index, nil): group.logger.debug("service ended", ["service": name(index)])
    case .ended(let index, let error?):
      group.logger.error("service failed", ["service": name(index), "error": "\(error)"])
    case .stopRequested, .deadline, .patienceOver: break
    }
  }

  private func start(_ index: Int, in tasks: inout TaskGroup<Void>) {
    group.logger.debug("service starts", ["service": name(index)])
    let service = group.services[index]
    let run = ServiceRun(shutdown: requests[index]) { [sender] in sender.yield(.ready(index)) }
    tasks.addTask { [sender] in
      do {
        try await service.run(run)
        sender.yield(.ended(index, nil))
      } catch {
        sender.yield(.ended(index, error))
      }
    }
  }

  private func send(_ event: GroupCore.Event, after delay: Duration) {
    loop.post { [loop, sender] in
      loop.schedule(after: delay) { sender.yield(event) }
    }
  }

  private func name(_ index: Int) -> String { group.services[index].name }
}
