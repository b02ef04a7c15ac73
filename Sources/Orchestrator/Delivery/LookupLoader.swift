internal import HTTPCaller
internal import ItemModel
internal import JSONCodec
internal import Queues
internal import ReadCache
internal import Telemetry

/// Asks a look-up's source, so many questions at once as it allows, behind a circuit breaker, so that a source that is
/// down does not fill the lanes with messages that wait for it. The keys are the addresses.
///
/// `@unchecked Sendable`: used on the engine's thread only; the cache's wishes and the caller's completions are posted
/// there.
final class LookupLoader: @unchecked Sendable {
  private let lookup: Lookup
  private let limits: LookupLimits
  private let requests: Histogram
  private let logger: Logger
  private unowned let host: any SenderHost
  private var submitter: HTTPSubmitter?
  private var waiting = FIFO<(key: String, since: ContinuousClock.Instant)>()
  private var circuit: SystemCircuit
  private var open: [UInt64: (key: String, ticket: SystemCircuit.Ticket)] = [:]
  private var lastCall: UInt64 = 0
  private weak var cache: ReadCache<JSONValue>?

  init(
    lookup: Lookup, limits: LookupLimits, caller: HTTPCaller, requests: Histogram, host: any SenderHost, logger: Logger
  ) {
    self.lookup = lookup
    self.limits = limits
    self.requests = requests
    self.host = host
    self.logger = logger
    circuit = SystemCircuit(limits.circuit)
    submitter = caller.submitter { [weak self, weak host] completions in
      guard let self, let host else { return }
      // The engine is held as long as somebody works for it.
      host.post { withExtendedLifetime(host) { self.complete(completions) } }
    }
  }

  func load(_ keys: [String], into cache: ReadCache<JSONValue>) {
    self.cache = cache
    let now = ContinuousClock.now
    var refused: [(key: String, load: CacheLoad)] = []
    for key in keys {
      if waiting.count < limits.maxWaiting {
        waiting.append((key, now))
      } else {
        refused.append((key, Self.overloaded))
      }
    }
    start(at: now)
    if !refused.isEmpty { cache.loaded(refused) }
  }

  private static let overloaded = CacheLoad.failed(
    CacheError(code: "overloaded", message: "too many look-ups wait for their source"))

  private func start(at now: ContinuousClock.Instant) {
    var calls: [HTTPCall] = []
    var late: [(key: String, load: CacheLoad)] = []
    while open.count < lookup.concurrency, let (key, since) = waiting.popFirst() {
      guard now - since < limits.maxWait else {
        late.append((key, Self.overloaded))
        continue
      }
      let ticket: SystemCircuit.Ticket
      switch circuit.admit(at: now) {
      case .call(let admitted): ticket = admitted
      case .refused(let remaining):
        late.append((key, refusal(remaining)))
        continue
      }
      lastCall += 1
      open[lastCall] = (key, ticket)
      calls.append(
        HTTPCall(
          id: lastCall,
          request: HTTPRequest(
            url: key, headers: [("Accept", "application/json")] + lookup.headers, timeout: lookup.timeout,
            maxBodyBytes: limits.maxAnswerBytes)))
    }
    submitter?.submit(calls)
    if !late.isEmpty { cache?.loaded(late) }
  }

  private func complete(_ completions: [HTTPCompletion]) {
    let now = ContinuousClock.now
    var loads: [(key: String, load: CacheLoad)] = []
    for completion in completions {
      guard let (key, ticket) = open.removeValue(forKey: completion.id) else { continue }
      requests.observe(completion.duration)
      let verdict = verdict(on: completion.result)
      if circuit.record(ticket, verdict, at: now) { opened(verdict, completion.result) }
      loads.append((key, load(of: completion.result)))
    }
    start(at: now)
    cache?.loaded(loads)
  }

  private func opened(_ verdict: SystemCircuit.Verdict, _ result: Result<HTTPResponse, HTTPCallError>) {
    guard verdict == .misconfigured else {
      return logger.warning("lookup circuit opened", ["lookup": lookup.name])
    }
    let answer =
      switch result {
      case .success(let response): "\(response.status)"
      case .failure(let error): error.code
      }
    logger.error("lookup misconfigured: its circuit is open", ["lookup": lookup.name, "answer": answer])
  }

  /// Retries come back spread over the time after the circuit half-opens.
  private func refusal(_ remaining: Duration) -> CacheLoad {
    let spread = limits.circuit.openFor * Double.random(in: 0...1)
    return .failed(
      CacheError(
        code: "circuit_open", message: "the source failed often of late", retryAfter: remaining + spread))
  }

  private func verdict(on result: Result<HTTPResponse, HTTPCallError>) -> SystemCircuit.Verdict {
    switch result {
    case .failure(let error): error.meaning.verdict
    // The source says so of one item; every other answer means what it means from a system.
    case .success(let response) where [404, 410].contains(response.status): .alive
    case .success(let response): SystemAnswer(status: response.status).meaning(dataErrors: [400, 422]).verdict
    }
  }

  private func load(of result: Result<HTTPResponse, HTTPCallError>) -> CacheLoad {
    switch result {
    case .failure(let error):
      return .failed(CacheError(code: error.code == "timeout" ? "timeout" : "lookup_failed", message: error.message))
    case .success(let response):
      switch response.status {
      case 200: return .found(response.body)
      case 404, 410: return .absent
      default:
        let wish = response.header("Retry-After").flatMap {
          RetryAfter.duration($0, now: Timestamp.now.microseconds / 1_000_000)
        }
        return .failed(
          CacheError(
            code: "lookup_failed", message: "the source answered \(response.status)", retryAfter: wish))
      }
    }
  }
}
