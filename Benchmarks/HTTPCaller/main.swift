// Calls per second of `HTTPCaller`, beside libcurl's own loop against the same server in the same run.
internal import Arguments
internal import BenchmarkKit
internal import Glibc
internal import HTTPCaller
internal import NativeThreads
internal import Synchronization
internal import Telemetry

let callsArgument = Argument<Int?>.optionalPositional(
  "CALLS", .int(1...100_000_000), help: "Calls of each run; 100,000 unless given.")
let calls =
  BenchmarkCommand.read(
    "HTTPCallerBenchmark", summary: "Calls per second of the HTTP client beside libcurl's own loop.",
    arguments: [callsArgument.declaration])[callsArgument] ?? 100_000
let concurrency = 64
let responder = Responder()
let url = "http://127.0.0.1:\(responder.port)/snippets"
let headers = [
  ("Idempotency-Key", "merchant/00012345678905/pricing/17"), ("Content-Type", "application/json"),
  ("X-Merchant-Id", "merchant"), ("X-Gtin", "00012345678905"), ("X-Item-Version", "1700000000000000"),
  ("X-Correlation-Id", "0123456789abcdef"), ("X-Lane", "setup"),
]
let body = [UInt8](repeating: 0x61, count: 250)

/// Seconds of wall time, and of processor time of the whole process (the responder's included).
func measured(_ name: String, _ work: () -> Void) -> Double {
  let before = ProcessClock.seconds()
  let wall = ContinuousClock().measure(work) / .seconds(1)
  let rate = Double(calls) / wall
  let each = (ProcessClock.seconds() - before) * 1e6 / Double(calls)
  print("\(name): \(Int(rate)) calls/s, \(each.hundredths) µs of processor time a call, server included")
  return rate
}

/// Keeps `concurrency` calls open: each batch of completions is answered by a batch as large.
final class Pump: Sendable {
  private let state = Mutex((submitted: 0, completed: 0, failed: 0, batches: 0))
  private let door = Mutex<HTTPSubmitter?>(nil)
  private let done: @Sendable () -> Void

  init(_ client: HTTPCaller, done: @escaping @Sendable () -> Void) {
    self.done = done
    door.withLock { $0 = client.submitter { [self] in take($0) } }
  }

  func submit(_ count: Int) {
    let first = state.withLock { state in
      defer { state.submitted += count }
      return state.submitted
    }
    let request = HTTPRequest(
      method: "POST", url: url,
      headers: headers.map { (name: $0.0, value: $0.1) }, body: body)
    let submitter = door.withLock { $0 }
    submitter?.submit((0..<count).map { HTTPCall(id: UInt64(first + $0), request: request) })
  }

  private func take(_ completions: [HTTPCompletion]) {
    let next = state.withLock { state in
      state.completed += completions.count
      state.batches += 1
      for completion in completions { if case .failure = completion.result { state.failed += 1 } }
      if state.completed == calls {
        print("  \(state.batches) batches of completions, \(state.failed) failures")
        done()
      }
      return min(completions.count, calls - state.submitted)
    }
    if next > 0 { submit(next) }
  }
}

for _ in 0..<2 {
  let limit = measured("libcurl alone") {
    BareCurl.run(
      url: url, headers: headers.map { "\($0.0): \($0.1)" }, body: body, calls: calls, concurrency: concurrency)
  }
  let client = HTTPCaller(logger: .silent)
  let ours = measured("HTTPCaller   ") {
    // Waits on a semaphore of C, since this is the main thread and no task.
    let finished = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    sem_init(finished, 0, 0)
    nonisolated(unsafe) let signal = finished  // Freed below, after its only post.
    Pump(client) { sem_post(signal) }.submit(concurrency)
    sem_wait(finished)
    sem_destroy(finished)
    finished.deallocate()
  }
  print("ratio: \((ours / limit * 100).rounded() / 100)")
}
