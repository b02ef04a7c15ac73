internal import ItemModel
internal import KafkaClient
internal import Lifecycle
internal import MessageProxy

/// Reads one lane until the shutdown, then lets what is in flight end and commits.
struct LaneService: Service {
  let lane: Lane
  /// Held as long as the service runs, since the engine ends with it.
  let orchestrator: Orchestrator

  var name: String { "orchestrator-\(lane.name)" }

  func run(_ run: ServiceRun) async throws {
    let stuck = GracefulShutdown()
    let subscription = try orchestrator.subscription(to: lane) { _ in stuck.request() }
    run.ready()
    // Each says whether it is the service's end.
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await subscription.run()
        return true
      }
      group.addTask {
        await run.shutdown.wait()
        if run.shutdown.isRequested { await subscription.stop(within: orchestrator.configuration.drainLimit) }
        return false
      }
      group.addTask {
        await stuck.wait()
        guard stuck.isRequested else { return false }
        throw OrchestratorError(code: .overdue, message: "a message of lane \(lane.name) does not end")
      }
      defer { group.cancelAll() }
      while let isEnd = try await group.next(), !isEnd {}
    }
  }
}
