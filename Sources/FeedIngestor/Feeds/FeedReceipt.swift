public import ItemModel
public import SpecParser

/// A feed that is durable: what its submitter is told.
public struct FeedReceipt: Sendable, Equatable {
  public let feedID: String
  /// Whether an earlier upload with the same idempotency key is answered, not this one.
  public let isRepeat: Bool
}

/// What a feed is submitted with.
public struct FeedSubmission: Sendable {
  public let merchant: MerchantID
  /// The spec's name, or one version's: `cost@1`.
  public let spec: String
  public let mode: FeedMode
  public let policy: FeedPolicy
  public let correlationID: String
  public let idempotencyKey: String?

  public init(
    merchant: MerchantID, spec: String, mode: FeedMode = .apply, policy: FeedPolicy = .eachRow, correlationID: String,
    idempotencyKey: String?
  ) {
    self.merchant = merchant
    self.spec = spec
    self.mode = mode
    self.policy = policy
    self.correlationID = correlationID
    self.idempotencyKey = idempotencyKey
  }
}

/// What is done with a feed's rows.
public enum FeedMode: String, Sendable, CaseIterable {
  case apply
  /// They are checked, by the same rules, and nothing follows from them.
  case validate
}

/// What a bad row of a feed holds back.
public enum FeedPolicy: String, Sendable, CaseIterable {
  /// Itself alone.
  case eachRow = "each-row"
  /// All rows.
  case allOrNothing = "all-or-nothing"

  /// Whether what the file itself shows holds back all of its rows.
  public func refuses(_ scan: ScanResult) -> Bool { self == .allOrNothing && !scan.isSound }
}

/// Why a feed is not taken.
public enum FeedRefusal: Error, Equatable, Sendable {
  /// The same key came with other bytes, or for something else.
  case idempotencyMismatch
  /// The first upload with the same key has not ended.
  case stillUploading
  case tooLarge(limit: Int)
  case tooManyOpenFeeds(limit: Int)
  case unknownSpec(String, known: [String])
  /// Seen from the first bytes; `isNoGrid` when they are no grid at all.
  case unreadable(code: String, what: String, hint: String, isNoGrid: Bool)
}
