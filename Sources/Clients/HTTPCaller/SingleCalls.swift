internal import Synchronization

/// Single calls for callers that await: one submitter for all of them.
final class SingleCalls: Sendable {
  private typealias Waiter = CheckedContinuation<Result<HTTPResponse, HTTPCallError>, Never>

  private struct Waiters {
    var byCall: [UInt64: Waiter] = [:]
    var lastCall: UInt64 = 0
  }

  private final class Desk: Sendable {
    let waiters = Mutex(Waiters())

    func complete(_ completions: [HTTPCompletion]) {
      let answered = waiters.withLock { waiters in
        completions.map { (waiters.byCall.removeValue(forKey: $0.id), $0.result) }
      }
      for (waiter, result) in answered { waiter?.resume(returning: result) }
    }
  }

  private let desk = Desk()
  private let submitter: HTTPSubmitter

  init(intake: CallIntake) {
    submitter = HTTPSubmitter(intake: intake) { [desk] in desk.complete($0) }
  }

  func call(_ request: HTTPRequest) async -> Result<HTTPResponse, HTTPCallError> {
    let id = desk.waiters.withLock { waiters in
      waiters.lastCall += 1
      return waiters.lastCall
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { (waiter: Waiter) in
        desk.waiters.withLock { $0.byCall[id] = waiter }
        submitter.submit([HTTPCall(id: id, request: request)])
        // A cancellation from before the submission found no call to end.
        if Task.isCancelled { submitter.cancel([id]) }
      }
    } onCancel: {
      submitter.cancel([id])
    }
  }
}
