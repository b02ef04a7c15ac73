internal import Crypto
internal import NativeThreads
internal import PostgresClient
internal import SpecParser

/// A feed while its bytes arrive.
public struct FeedUpload: Sendable {
  enum Target: Sendable {
    case new(feed: Int64, publicID: String)
    /// An earlier feed with the same idempotency key: nothing is stored, the bytes are only compared.
    case earlier(publicID: String, sha256: [UInt8])
  }

  private let store: FeedStore
  private let target: Target
  private let spec: Spec
  private var part: Int32 = 0
  private var size: Int64 = 0
  private var buffer: [UInt8] = []
  private var digest = SHA256()
  private var isChecked = false

  init(store: FeedStore, target: Target, spec: Spec) {
    self.store = store
    self.target = target
    self.spec = spec
  }

  /// Takes the next bytes.
  /// - Throws: `FeedRefusal` when they show that this is no grid of the spec, or that it is too large; `PostgresError`. Call
  ///   `abandon` then.
  public mutating func write(_ bytes: [UInt8]) async throws {
    size += Int64(bytes.count)
    guard size <= Int64(store.configuration.maxFeedBytes) else {
      throw FeedRefusal.tooLarge(limit: store.configuration.maxFeedBytes)
    }
    digest.update(bytes)
    buffer += bytes
    if !isChecked, buffer.count >= GridSniffer.window { try await check(isWhole: false) }
    while buffer.count >= FeedStore.chunkSize { try await store(FeedStore.chunkSize) }
  }

  /// Ends the upload: from here on the feed is durable.
  /// - Throws: as `write`, and `FeedRefusal.idempotencyMismatch`.
  public mutating func finish() async throws -> FeedReceipt {
    if !isChecked { try await check(isWhole: true) }
    if !buffer.isEmpty { try await store(buffer.count) }
    let (sha256, size) = (digest.finalized(), size)
    switch target {
    case .earlier(let publicID, let known):
      guard known == sha256 else { throw FeedRefusal.idempotencyMismatch }
      return FeedReceipt(feedID: publicID, isRepeat: true)
    case .new(let feed, let publicID):
      let written = try await store.pool.withConnection { connection in
        try await connection.execute(
          """
          UPDATE feed SET status = 0, bytes = $2, sha256 = $3, submitted_at = now(), claimed_until = NULL
          WHERE id = $1 AND status = -1
          """, .int8(feed), .int8(size), .bytea(sha256))
      }
      // Held to be dead, and removed, while its bytes still came.
      guard written.rowsAffected == 1 else { throw FeedRefusal.stillUploading }
      return FeedReceipt(feedID: publicID, isRepeat: false)
    }
  }

  /// Removes what was stored of an upload that failed. What a lost connection leaves behind is removed by the
  /// housekeeping.
  public func abandon() async {
    guard case .new(let feed, _) = target else { return }
    _ = try? await store.pool.withConnection {
      try await $0.execute("DELETE FROM feed WHERE id = $1 AND status = -1", .int8(feed))
    }
  }

  private mutating func check(isWhole: Bool) async throws {
    isChecked = true
    let window = Array(buffer.prefix(GridSniffer.window))
    guard let problem = await problem(of: window, isWhole: isWhole) else { return }
    throw FeedRefusal.unreadable(
      code: problem.code, what: problem.sentence, hint: problem.hint, isNoGrid: problem.isNoGrid)
  }

  private func problem(of window: [UInt8], isWhole: Bool) async -> FeedParserError? {
    let limits = store.configuration.grid
    guard WorkbookSniffer.kind(of: window) != nil else {
      return GridSniffer.check(window, spec: spec, isWhole: isWhole, limits: limits)
    }
    // What a workbook holds shows only at its end.
    guard isWhole else { return nil }
    // A small workbook may unfold to a large one, and goes through temporary files.
    let thread = EventLoop(name: "upload")
    defer { thread.stop() }
    return await withTaskExecutorPreference(thread) {
      GridSniffer.check(window, spec: spec, isWhole: isWhole, limits: limits)
    }
  }

  private mutating func store(_ count: Int) async throws {
    let chunk = Array(buffer.prefix(count))
    buffer.removeFirst(count)
    guard case .new(let feed, _) = target else { return }
    let part = part
    do {
      _ = try await store.pool.withConnection { connection in
        try await connection.pipeline([
          (.begin, []),
          (
            "INSERT INTO feed_chunk (feed, part, bytes) VALUES ($1, $2, $3)",
            [.int8(feed), .int4(part), .bytea(chunk)]
          ), ("UPDATE feed SET claimed_until = now() WHERE id = $1", [.int8(feed)]), (.commit, []),
        ])
      }
    } catch let error as PostgresError where error.kind == .server(sqlstate: "23503") {
      // The feed's row is gone: held to be dead, and removed, while its bytes still came.
      throw FeedRefusal.stillUploading
    }
    self.part += 1
  }
}
