internal import ItemModel
internal import KafkaClient
internal import Lifecycle
internal import MessageProxy

/// Reads the lanes until the shutdown, then lets what is in flight in all of them end, and commits.
struct LanesService: Service {
  private struct Reader {
    let lane: Lane
    let subscription: Subscription
    let stuck: GracefulShutdown
  }

  let lanes: [Lane]
  /// Held as long as the service runs, since the engine ends with it.
  let orchestrator: Orchestrator

  let name = "orchestrator"

  func run(_ run: ServiceRun) async throws {
    let readers = try lanes.map { lane in
      let stuck = GracefulShutdown()
      return Reader(
        lane: lane, subscription: try orchestrator.subscription(to: lane) { _ in stuck.request() }, stuck: stuck)
    }
    run.ready()
    // Each says whether it is a reader's end.
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for reader in readers {
        group.addTask {
          try await reader.subscription.run()
          return true
        }
        group.addTask {
          await reader.stuck.wait()
          guard reader.stuck.isRequested else { return false }
          throw OrchestratorError(code: .overdue, message: "a message of lane \(reader.lane.name) does not end")
        }
      }
      group.addTask {
        await run.shutdown.wait()
        if run.shutdown.isRequested { await stop(readers) }
        return false
      }
      defer { group.cancelAll() }
      var reading = readers.count
      while reading > 0, let isEnd = try await group.next() { reading -= isEnd ? 1 : 0 }
    }
  }

  /// All at once: a lane that is asked later would go on taking in messages, and its time would come on top.
  private func stop(_ readers: [Reader]) async {
    await withTaskGroup { group in
      for reader in readers {
        group.addTask { await reader.subscription.stop(within: orchestrator.configuration.drainLimit) }
      }
    }
  }
}
