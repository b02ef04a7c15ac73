import Lifecycle
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5)))
struct GracefulShutdownTests {
  @Test func waitersAndActionsHearTheRequestOnce() async {
    let shutdown = GracefulShutdown()
    let calls = Atomic<Int>(0)
    shutdown.onRequest { calls.add(1, ordering: .relaxed) }
    let removed = shutdown.onRequest { calls.add(100, ordering: .relaxed) }
    shutdown.remove(removed)
    async let waiting: Void = shutdown.wait()
    shutdown.request()
    shutdown.request()
    await waiting
    #expect(calls.load(ordering: .relaxed) == 1)
    shutdown.onRequest { calls.add(1, ordering: .relaxed) }
    #expect(calls.load(ordering: .relaxed) == 2)
    await shutdown.wait()
  }

  @Test func waitingEndsWhenCancelled() async {
    let shutdown = GracefulShutdown()
    let task = Task { await shutdown.wait() }
    task.cancel()
    await task.value
    #expect(!shutdown.isRequested)
  }

  @Test func requestCancelsAnOperation() async throws {
    let shutdown = GracefulShutdown()
    async let result: Int? = shutdown.cancelling {
      try await Task.sleep(for: .seconds(100))
      return 1
    }
    shutdown.request()
    #expect(try await result == nil)
    #expect(try await GracefulShutdown().cancelling { 2 } == 2)
    struct Failure: Error {}
    await #expect(throws: Failure.self) { try await GracefulShutdown().cancelling { throw Failure() } }
  }

  @Test func handlerIsCalledOnlyDuringTheOperation() async {
    let shutdown = GracefulShutdown()
    let calls = Atomic<Int>(0)
    await shutdown.withHandler({ calls.add(1, ordering: .relaxed) }, operation: {})
    shutdown.request()
    #expect(calls.load(ordering: .relaxed) == 0)
    await shutdown.withHandler({ calls.add(1, ordering: .relaxed) }, operation: {})
    #expect(calls.load(ordering: .relaxed) == 1)
  }
}
