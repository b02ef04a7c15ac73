internal import Crypto
internal import ItemModel
public import PostgresClient
public import SpecParser

/// Takes feeds in: their bytes go into the database in chunks as they arrive, and are durable before the answer.
public struct FeedStore: Sendable {
  /// Bytes of a stored chunk.
  public static let chunkSize = 256 * 1024
  /// An upload from which nothing came for so long has died with its process: its idempotency key is free again.
  static let uploadSilence = "interval '2 minutes'"

  let pool: PostgresPool
  let configuration: IngestConfiguration
  let specs: SpecCatalogue

  public init(pool: PostgresPool, configuration: IngestConfiguration, specs: SpecCatalogue) {
    self.pool = pool
    self.configuration = configuration
    self.specs = specs
  }

  /// Begins a feed. Nothing of it counts before `finish`.
  ///
  /// With an idempotency key that an earlier feed had, the bytes are only compared with that feed's.
  /// - Throws: `FeedRefusal`, `PostgresError`.
  public func begin(_ submission: FeedSubmission) async throws -> FeedUpload {
    let spec = try specs.taking(submission.spec)
    // 32 characters that nobody can guess.
    let publicID = Hex.encode(try randomBytes(16))
    let target = try await pool.transaction { connection in
      if let key = submission.idempotencyKey, let first = try await earlier(key, submission, spec, on: connection) {
        return first
      }
      return try await open(submission, spec, publicID: publicID, on: connection)
    }
    return FeedUpload(store: self, target: target, spec: spec)
  }

  private func open(
    _ submission: FeedSubmission, _ spec: Spec, publicID: String, on connection: PostgresConnection
  ) async throws -> FeedUpload.Target {
    // One upload of a merchant begins after the other, or several would be counted as the last that is allowed.
    _ = try await connection.execute(
      "SELECT pg_advisory_xact_lock(hashtext('hyperloop.feeds'), hashtext($1))", .text(submission.merchant.text))
    let count = try await connection.execute(
      FeedStore.countOpen, .text(submission.merchant.text))
    guard try count.int8(0, 0) < Int64(configuration.maxOpenFeedsPerMerchant) else {
      throw FeedRefusal.tooManyOpenFeeds(limit: configuration.maxOpenFeedsPerMerchant)
    }
    let rows = try await connection.execute(
      """
      INSERT INTO feed
        (public_id, merchant, spec, spec_version, mode, policy, status, correlation, deadline, claimed_until)
      VALUES ($1, $2, $3, $6, $7, $8, -1, $4, now() + $5 * interval '1 microsecond', now()) RETURNING id
      """, .text(publicID), .text(submission.merchant.text), .text(spec.name), .text(submission.correlationID),
      .int8(configuration.feedDeadline.microseconds), .int4(Int32(spec.version)), .text(submission.mode.rawValue),
      .text(submission.policy.rawValue))
    let id = try rows.int8(0, 0)
    if let key = submission.idempotencyKey {
      // Whoever else begins with the same key at this moment waits here, and then finds it taken.
      let claimed = try await connection.execute(
        "INSERT INTO idempotency (merchant, key, feed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING feed",
        .text(submission.merchant.text), .text(key), .int8(id))
      guard claimed.count == 1 else { throw FeedRefusal.stillUploading }
    }
    return .new(feed: id, publicID: publicID)
  }

  /// The feed that had the same key within the last 24 hours.
  private func earlier(
    _ key: String, _ submission: FeedSubmission, _ spec: Spec, on connection: PostgresConnection
  ) async throws -> FeedUpload.Target? {
    let merchant = submission.merchant.text
    _ = try await connection.execute(
      "DELETE FROM idempotency WHERE merchant = $1 AND key = $2 AND created < now() - interval '24 hours'",
      .text(merchant), .text(key))
    _ = try await connection.execute(FeedStore.deleteDead, .text(merchant), .text(key))
    let first = try await connection.execute(
      """
      SELECT f.public_id, f.sha256, f.status::int8, f.spec = $3 AND f.mode = $4 AND f.policy = $5 FROM idempotency i JOIN feed f ON f.id = i.feed
      WHERE i.merchant = $1 AND i.key = $2
      """, .text(merchant), .text(key), .text(spec.name), .text(submission.mode.rawValue),
      .text(submission.policy.rawValue))
    guard first.count == 1 else { return nil }
    guard try first.int8(0, 2) >= 0, let sha256 = try first.optionalBytes(0, 1) else {
      throw FeedRefusal.stillUploading
    }
    // What was only checked under the key must not be taken for applied.
    guard try first.bool(0, 3) else { throw FeedRefusal.idempotencyMismatch }
    return .earlier(publicID: try first.text(0, 0), sha256: sha256)
  }

  /// Without the uploads that have died, and only wait to be removed.
  private static let countOpen = PostgresStatement(
    """
    SELECT count(*) FROM feed WHERE merchant = $1 AND completed_at IS NULL
      AND (status >= 0 OR claimed_until > now() - \(uploadSilence))
    """)

  private static let deleteDead = PostgresStatement(
    """
    DELETE FROM feed f USING idempotency i WHERE i.merchant = $1 AND i.key = $2 AND f.id = i.feed AND f.status = -1
      AND f.claimed_until < now() - \(uploadSilence)
    """)
}
