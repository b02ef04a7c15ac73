internal import HTTPCaller
internal import ItemModel
internal import JSONCodec
internal import ReadCache
internal import Telemetry

/// Asks a look-up's source, so many questions at once as it allows. The keys are the addresses.
///
/// `@unchecked Sendable`: used on the engine's thread only; the cache's wishes and the caller's completions are posted
/// there.
final class LookupLoader: @unchecked Sendable {
  private let lookup: Lookup
  private let limits: LookupLimits
  private let requests: Histogram
  private unowned let host: any SenderHost
  private var submitter: HTTPSubmitter?
  private var waiting = FIFO<(key: String, since: ContinuousClock.Instant)>()
  private var open: [UInt64: String] = [:]
  private var lastCall: UInt64 = 0
  private weak var cache: ReadCache<JSONValue>?

  init(lookup: Lookup, limits: LookupLimits, caller: HTTPCaller, requests: Histogram, host: any SenderHost) {
    self.lookup = lookup
    self.limits = limits
    self.requests = requests
    self.host = host
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
      lastCall += 1
      open[lastCall] = key
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
    let loads = completions.compactMap { completion in
      requests.observe(completion.duration)
      return open.removeValue(forKey: completion.id).map { (key: $0, load: load(of: completion.result)) }
    }
    start(at: .now)
    cache?.loaded(loads)
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

/// Limits of a look-up.
struct LookupLimits: Sendable {
  /// Questions that wait for the source at most.
  var maxWaiting: Int
  /// How long one waits at most, about.
  var maxWait: Duration
  var maxAnswerBytes: Int
}
