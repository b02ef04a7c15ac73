internal import Crypto
internal import ItemModel
public import PostgresClient
internal import Synchronization

/// The keys that open the door. The database holds their SHA-256 alone; what it says is believed for a short time, so
/// that a busy caller costs one query in that time, and a revoked key ends soon.
public final class KeyStore: Sendable {
  /// What keys begin with, so that they are recognised where they should not be.
  public static let prefix = "hl_"

  private let pool: PostgresPool
  let lookup: KeyLookup
  /// The hash of the configuration's operator key.
  private let adminHash: [UInt8]?

  /// - Parameters:
  ///   - adminKey: the first operator's key, which lives in the configuration alone.
  ///   - cacheTime: how long an answer of the database counts, also a negative one.
  ///   - staleTime: how long a positive one counts while the database cannot be asked.
  ///   - capacity: how many keys are remembered.
  public init(
    pool: PostgresPool, adminKey: String?, cacheTime: Duration = .seconds(5), staleTime: Duration = .seconds(60),
    capacity: Int = 10_000
  ) {
    self.pool = pool
    adminHash = adminKey.map { SHA256.digest($0.utf8) }
    lookup = KeyLookup(
      pool: pool, cache: KeyCache(time: cacheTime, staleTime: staleTime, capacity: capacity), capacity: capacity)
  }

  // MARK: Keeping

  /// Makes a key.
  /// - Throws: `CryptoError`, `PostgresError`.
  public func create(for principal: Principal, label: String = "") async throws -> NewKey {
    let secret = KeyStore.prefix + Base64URL.encode(try randomBytes(32))
    let id = Hex.encode(try randomBytes(6))
    let (role, merchant): (String, String?) =
      switch principal {
      case .operator: ("operator", nil)
      case .merchant(let merchant): ("merchant", merchant.text)
      }
    try await pool.withConnection { connection in
      _ = try await connection.execute(
        "INSERT INTO api_key (hash, id, role, merchant, label) VALUES ($1, $2, $3, $4, $5)",
        .bytea(SHA256.digest(secret.utf8)), .text(id), .text(role), .text(merchant), .text(label))
    }
    return NewKey(id: id, secret: secret)
  }

  /// All keys, revoked ones included, the oldest first.
  /// - Throws: `PostgresError`.
  public func list() async throws -> [KeyRecord] {
    let rows = try await pool.withConnection {
      try await $0.execute(
        "SELECT id, role, merchant, label, created, revoked FROM api_key ORDER BY created, id")
    }
    return try (0..<rows.count).map { row in
      KeyRecord(
        id: try rows.text(row, 0),
        principal: try KeyLookup.principal(role: rows.text(row, 1), merchant: rows.optionalText(row, 2)),
        label: try rows.text(row, 3), created: try rows.timestamptz(row, 4),
        revoked: try rows.optionalTimestamptz(row, 5))
    }
  }

  /// Ends a key: here at once, in other processes within their cache time. False when there is no such valid key.
  /// - Throws: `PostgresError`.
  public func revoke(_ id: String) async throws -> Bool {
    let rows = try await pool.withConnection {
      try await $0.execute(
        "UPDATE api_key SET revoked = now() WHERE id = $1 AND revoked IS NULL RETURNING id", .text(id))
    }
    lookup.forget()
    return rows.count == 1
  }

  // MARK: Asking

  /// Whom a key speaks for; nil when it is not valid.
  public func authenticate(_ bearer: String) async throws(KeyError) -> Principal? {
    let result = await withCheckedContinuation { continuation in
      authenticate(bearer) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }

  /// The same with a callback: called at once when the answer is known, else later from another thread.
  func authenticate(_ bearer: String, then: @escaping @Sendable (Result<Principal?, KeyError>) -> Void) {
    let hash = SHA256.digest(bearer.utf8)
    if let adminHash, constantTimeEquals(hash, adminHash) { return then(.success(.operator)) }
    // What cannot be a key costs no query.
    guard bearer.utf8.count == 46, bearer.hasPrefix(KeyStore.prefix) else { return then(.success(nil)) }
    lookup.find(hash, then: then)
  }
}
