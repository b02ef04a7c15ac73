internal import ItemModel
internal import PostgresClient
internal import Synchronization

/// Asks the database for keys: one question at a time, for all that came up meanwhile.
final class KeyLookup: Sendable {
  typealias Completion = @Sendable (Result<Principal?, KeyError>) -> Void

  private struct State {
    var cache: KeyCache
    var waiting: [[UInt8]: [Completion]] = [:]
    var waiters = 0
    var isAsking = false
    /// Grows when everything is forgotten, so that an answer from before is not kept.
    var era = 0
  }

  private let pool: PostgresPool
  private let capacity: Int
  private let state: Mutex<State>

  init(pool: PostgresPool, cache: KeyCache, capacity: Int) {
    self.pool = pool
    self.capacity = capacity
    state = Mutex(State(cache: cache))
  }

  func find(_ hash: [UInt8], then: @escaping Completion) {
    enum Next { case answer(Result<Principal?, KeyError>), wait, ask }
    let next = state.withLock { state -> Next in
      switch state.cache.answer(hash, at: .now) {
      case .known(let principal): return .answer(.success(principal))
      case .refused: return .answer(.success(nil))
      case .open: break
      }
      guard state.waiters < capacity else {
        return .answer(.failure(KeyError(code: .overloaded, message: "too many requests wait for a look-up")))
      }
      state.waiting[hash, default: []].append(then)
      state.waiters += 1
      defer { state.isAsking = true }
      return state.isAsking ? .wait : .ask
    }
    switch next {
    case .answer(let result): then(result)
    case .wait: break
    // Ends by itself: as soon as nobody waits, and each question has the pool's time limits.
    case .ask: Task { await askUntilNobodyWaits() }
    }
  }

  func forget() {
    state.withLock { state in
      state.cache.removeAll()
      state.era += 1
    }
  }

  private func askUntilNobodyWaits() async {
    while true {
      let (hashes, era) = state.withLock { state in
        let hashes = Array(state.waiting.keys.prefix(500))
        if hashes.isEmpty { state.isAsking = false }
        return (hashes, state.era)
      }
      guard !hashes.isEmpty else { return }
      do {
        settle(hashes, .success(try await ask(hashes)), era)
      } catch {
        settle(hashes, .failure(KeyError(code: .unavailable, message: "\(error)")), era)
      }
    }
  }

  private func ask(_ hashes: [[UInt8]]) async throws -> [[UInt8]: Principal] {
    let rows = try await pool.withConnection {
      try await $0.execute(
        "SELECT hash, role, merchant FROM api_key WHERE hash = ANY ($1) AND revoked IS NULL", .byteaArray(hashes))
    }
    var found: [[UInt8]: Principal] = [:]
    for row in 0..<rows.count {
      // A row that says nothing sensible is no key, and no reason to refuse those that were asked for beside it.
      found[try rows.bytes(row, 0)] = try? KeyLookup.principal(
        role: rows.text(row, 1), merchant: rows.optionalText(row, 2))
    }
    return found
  }

  private func settle(_ hashes: [[UInt8]], _ result: Result<[[UInt8]: Principal], KeyError>, _ era: Int) {
    let answers = state.withLock { state in
      hashes.map { hash -> (completions: [Completion], answer: Result<Principal?, KeyError>) in
        let completions = state.waiting.removeValue(forKey: hash) ?? []
        state.waiters -= completions.count
        switch result {
        case .success(let found):
          if era == state.era { state.cache.keep(found[hash], for: hash, at: .now) }
          return (completions, .success(found[hash]))
        case .failure(let error):
          return (completions, state.cache.extend(hash, at: .now).map { .success($0) } ?? .failure(error))
        }
      }
    }
    for (completions, answer) in answers {
      for completion in completions { completion(answer) }
    }
  }

  static func principal(role: String, merchant: String?) throws(PostgresError) -> Principal {
    if role == "operator" { return .operator }
    guard let merchant = merchant.flatMap(MerchantID.init) else {
      throw PostgresError(.unexpectedValue, "a key's merchant is not a merchant's id")
    }
    return .merchant(merchant)
  }
}
