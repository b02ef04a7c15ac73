internal import ItemModel
internal import JSONCodec
internal import NativeThreads
internal import PostgresClient
internal import ScratchFiles
internal import SpecParser

/// A feed's file as it goes back to the merchant, with what became of each row beside it.
public struct FeedErrorFile: Sendable {
  /// Whether it is a workbook; else it is text in the merchant's own dialect.
  public let isWorkbook: Bool
  private let reader: FeedReader
  private let feedID: String
  private let merchant: MerchantID
  private let feed: Int64
  private let spec: Spec
  private let scope: ErrorFile.Scope
  private let limits: GridLimits

  public enum Refusal: Error, Equatable {
    /// The file could not be read as a grid, so that there are no rows to tell about.
    case unreadable(code: String, text: String)
    /// The file is still being read: what became of its last rows is not known.
    case notRead
    /// The feed's spec is not known any more.
    case unknownSpec(String)
    /// The feed went, as feeds do after their time, while its file was being written.
    case removed
  }

  init?(
    _ feedID: String, of merchant: MerchantID, scope: ErrorFile.Scope, specs: SpecCatalogue, limits: GridLimits,
    reader: FeedReader
  ) async throws {
    let found = try await reader.pool.withConnection { connection in
      try await connection.execute(
        """
        SELECT id, spec, error_code, error_text, EXISTS (SELECT FROM feed_row WHERE feed = id),
          (SELECT substring(bytes FROM 1 FOR 8) FROM feed_chunk WHERE feed = id AND part = 0), spec_version::int8,
          is_read
        FROM feed
        WHERE public_id = $1 AND merchant = $2 AND status >= 0
        """, .text(feedID), .text(merchant.text))
    }
    guard found.count == 1 else { return nil }
    guard try found.bool(0, 7) else { throw Refusal.notRead }
    if !(try found.bool(0, 4)), let code = try found.optionalText(0, 2) {
      throw Refusal.unreadable(code: code, text: try found.optionalText(0, 3) ?? "")
    }
    feed = try found.int8(0, 0)
    let (name, version) = (try found.text(0, 1), try found.optionalInt8(0, 6).map { Int($0) })
    do { spec = try specs.reading(name, version: version) } catch { throw Refusal.unknownSpec(name) }
    isWorkbook = WorkbookSniffer.kind(of: try found.optionalBytes(0, 5) ?? []) != nil
    self.feedID = feedID
    self.merchant = merchant
    self.scope = scope
    self.limits = limits
    self.reader = reader
  }

  /// Writes the file, piece by piece.
  public func write(to output: @Sendable @escaping ([UInt8]) async throws -> Void) async throws {
    // A workbook goes through temporary files, and both kinds are long work.
    let thread = EventLoop(name: "errors")
    defer { thread.stop() }
    try await withTaskExecutorPreference(thread) { try await produce(output) }
  }

  private func produce(_ output: @Sendable ([UInt8]) async throws -> Void) async throws {
    var errors = ErrorFile(spec: spec, scope: scope, limits: limits)
    var outcomes = OutcomePages(reader: reader, feedID: feedID, merchant: merchant)
    var file = StoredFile { [feed, reader] in try await StoredFile.chunk($0, of: feed, in: reader.pool) }
    try await errors.writeRows {
      try Task.checkCancellation()
      return try await file.next()
    } _: { lines in
      try Task.checkCancellation()
      return try await outcomes.outcomes(of: lines)
    } to: {
      try await output($0)
    }
    // A feed that was removed meanwhile may have ended early here.
    guard try await outcomes.areStored() else { throw Refusal.removed }
    try await errors.writeEnd { piece in
      try Task.checkCancellation()
      try await output(piece)
    }
  }
}

/// A feed's rows as they stand, by row number, read in pages as they are asked for.
private struct OutcomePages {
  let reader: FeedReader
  let feedID: String
  let merchant: MerchantID
  private var known: [Int: RowOutcome] = [:]
  private var reached = 0
  private var cursor: String? = "-1"

  init(reader: FeedReader, feedID: String, merchant: MerchantID) {
    self.reader = reader
    self.feedID = feedID
    self.merchant = merchant
  }

  /// What became of the rows between these. Ask in rising order.
  mutating func outcomes(of lines: ClosedRange<Int>) async throws -> [Int: RowOutcome] {
    known = known.filter { $0.key >= lines.lowerBound }
    while reached < lines.upperBound, let page = cursor { try await load(page) }
    return known
  }

  /// Whether the feed is still there.
  func areStored() async throws -> Bool {
    try await reader.items(feedID, of: merchant, status: nil, cursor: nil, limit: 1) != nil
  }

  private mutating func load(_ page: String) async throws {
    let json = try await reader.items(feedID, of: merchant, status: nil, cursor: page, limit: 1_000)
    guard let json else { return cursor = nil }
    let root = try JSONDocument(json).root
    for item in root["items"]?.elements.map({ $0 }) ?? [] {
      guard let line = item["line"]?.int64 else { continue }
      known[Int(line)] = RowOutcome(item)
      reached = Int(line)
    }
    cursor = root["nextCursor"]?.string
  }
}

extension RowOutcome {
  /// - Parameter item: a row as `FeedReader.items` shows it.
  fileprivate init(_ item: JSONValue) {
    let status = item["ingestionStatus"]?.string ?? ""
    let errors = item["ingestionErrors"]?["ingestionError"]?.elements.map { $0 } ?? []
    self.init(
      status: status, isFailed: status.hasSuffix("_ERROR"),
      issues: errors.map { error in
        Issue(
          severity: IssueSeverity(rawValue: (error["type"]?.string ?? "").lowercased()) ?? .error,
          code: error["code"]?.string ?? "", column: error["field"]?.string ?? "",
          description: error["description"]?.string ?? "", hint: error["hint"]?.string ?? "")
      })
  }
}
