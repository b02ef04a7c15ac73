internal import Crypto
internal import ItemModel
public import PostgresClient
internal import SpecParser

/// Takes feeds in: their bytes go into the database in chunks as they arrive, and are durable before the answer.
public struct FeedStore: Sendable {
  /// Bytes of a stored chunk.
  public static let chunkSize = 256 * 1024

  let pool: PostgresPool
  let configuration: IngestConfiguration

  public init(pool: PostgresPool, configuration: IngestConfiguration) {
    self.pool = pool
    self.configuration = configuration
  }

  /// Begins a feed. Nothing of it counts before `finish`.
  /// - Throws: `FeedRefusal`, `PostgresError`.
  public func begin(_ submission: FeedSubmission) async throws -> FeedUpload {
    let specs = ShippedSpecs.files.keys.sorted()
    guard specs.contains(submission.spec) else { throw FeedRefusal.unknownSpec(submission.spec, known: specs) }
    let publicID = try FeedStore.makeID()
    let id = try await pool.transaction { connection in
      let open = try await connection.execute(
        "SELECT count(*) FROM feed WHERE merchant = $1 AND completed_at IS NULL", .text(submission.merchant.text))
      guard try open.int8(0, 0) < Int64(configuration.maxOpenFeedsPerMerchant) else {
        throw FeedRefusal.tooManyOpenFeeds(limit: configuration.maxOpenFeedsPerMerchant)
      }
      let rows = try await connection.execute(
        """
        INSERT INTO feed (public_id, merchant, spec, status, correlation, deadline)
        VALUES ($1, $2, $3, -1, $4, now() + $5 * interval '1 microsecond') RETURNING id
        """, .text(publicID), .text(submission.merchant.text), .text(submission.spec),
        .text(submission.correlationID), .int8(configuration.feedDeadline.microseconds))
      return try rows.int8(0, 0)
    }
    return FeedUpload(store: self, id: id, publicID: publicID, submission: submission)
  }

  /// The answer that an idempotency key had before this upload, if any.
  func claim(_ key: String, for upload: FeedUpload) async throws -> (feed: Int64, publicID: String, sha256: [UInt8]?)? {
    try await pool.transaction { connection in
      _ = try await connection.execute(
        "DELETE FROM idempotency WHERE merchant = $1 AND key = $2 AND created < now() - interval '24 hours'",
        .text(upload.submission.merchant.text), .text(key))
      let inserted = try await connection.execute(
        "INSERT INTO idempotency (merchant, key, feed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING feed",
        .text(upload.submission.merchant.text), .text(key), .int8(upload.id))
      if inserted.count == 1 { return nil }
      let first = try await connection.execute(
        """
        SELECT f.id, f.public_id, f.sha256 FROM idempotency i JOIN feed f ON f.id = i.feed
        WHERE i.merchant = $1 AND i.key = $2
        """, .text(upload.submission.merchant.text), .text(key))
      guard first.count == 1 else { throw FeedRefusal.stillUploading }
      return (try first.int8(0, 0), try first.text(0, 1), try first.optionalBytes(0, 2))
    }
  }

  /// Removes an upload that came to nothing.
  func discard(_ feed: Int64) async {
    // What a lost connection leaves behind is removed by the hourly clean-up.
    _ = try? await pool.withConnection { try await $0.execute("DELETE FROM feed WHERE id = $1", .int8(feed)) }
  }

  /// 26 characters, the first ten of which grow with time.
  private static func makeID() throws -> String {
    let random = try randomBytes(16)
    return Hex.encode(random)
  }
}

/// A feed while its bytes arrive.
public struct FeedUpload: Sendable {
  let store: FeedStore
  let id: Int64
  let publicID: String
  let submission: FeedSubmission
  private var part: Int32 = 0
  private var size: Int64 = 0
  private var buffer: [UInt8] = []
  private var digest = SHA256()
  private var isChecked = false

  init(store: FeedStore, id: Int64, publicID: String, submission: FeedSubmission) {
    self.store = store
    self.id = id
    self.publicID = publicID
    self.submission = submission
  }

  /// Takes the next bytes.
  /// - Throws: `FeedRefusal` when they show that this is no grid, or that it is too large; `PostgresError`. Call
  ///   `abandon` then.
  public mutating func write(_ bytes: [UInt8]) async throws {
    size += Int64(bytes.count)
    guard size <= Int64(store.configuration.maxFeedBytes) else {
      throw FeedRefusal.tooLarge(limit: store.configuration.maxFeedBytes)
    }
    digest.update(bytes)
    buffer += bytes
    if !isChecked, buffer.count >= GridSniffer.window { try check(isWhole: false) }
    while buffer.count >= FeedStore.chunkSize { try await store(FeedStore.chunkSize) }
  }

  /// Ends the upload: from here on the feed is durable.
  /// - Throws: as `write`, and `FeedRefusal` for a repeated idempotency key.
  public mutating func finish() async throws -> FeedReceipt {
    if !isChecked { try check(isWhole: true) }
    if !buffer.isEmpty { try await store(buffer.count) }
    let sha256 = digest.finalized()
    if let key = submission.idempotencyKey, let first = try await store.claim(key, for: self) {
      await store.discard(id)
      guard let known = first.sha256 else { throw FeedRefusal.stillUploading }
      guard known == sha256 else { throw FeedRefusal.idempotencyMismatch }
      return FeedReceipt(feedID: first.publicID, isRepeat: true)
    }
    let (id, size) = (id, size)
    try await store.pool.withConnection { connection in
      _ = try await connection.execute(
        "UPDATE feed SET status = 0, bytes = $2, sha256 = $3, submitted_at = now() WHERE id = $1",
        .int8(id), .int8(size), .bytea(sha256))
    }
    return FeedReceipt(feedID: publicID, isRepeat: false)
  }

  /// Removes what was stored of an upload that failed.
  public func abandon() async { await store.discard(id) }

  private mutating func check(isWhole: Bool) throws {
    isChecked = true
    guard let problem = GridSniffer.check(Array(buffer.prefix(GridSniffer.window)), isWhole: isWhole) else { return }
    throw FeedRefusal.unreadable(
      code: problem.code, what: problem.what, hint: problem.hint, isNoGrid: problem.isNoGrid)
  }

  private mutating func store(_ count: Int) async throws {
    let chunk = Array(buffer.prefix(count))
    buffer.removeFirst(count)
    let (id, part) = (id, part)
    try await store.pool.withConnection { connection in
      _ = try await connection.execute(
        "INSERT INTO feed_chunk (feed, part, bytes) VALUES ($1, $2, $3)", .int8(id), .int4(part), .bytea(chunk))
    }
    self.part += 1
  }
}
