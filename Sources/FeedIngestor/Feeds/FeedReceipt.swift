public import ItemModel

/// A feed that is durable: what its submitter is told.
public struct FeedReceipt: Sendable, Equatable {
  public let feedID: String
  /// Whether an earlier upload with the same idempotency key is answered, not this one.
  public let isRepeat: Bool
}

/// What a feed is submitted with.
public struct FeedSubmission: Sendable {
  public let merchant: MerchantID
  /// The spec's name.
  public let spec: String
  public let correlationID: String
  public let idempotencyKey: String?

  public init(merchant: MerchantID, spec: String, correlationID: String, idempotencyKey: String?) {
    self.merchant = merchant
    self.spec = spec
    self.correlationID = correlationID
    self.idempotencyKey = idempotencyKey
  }
}

/// Why a feed is not taken.
public enum FeedRefusal: Error, Equatable, Sendable {
  /// The same key came with other bytes.
  case idempotencyMismatch
  /// The first upload with the same key has not ended.
  case stillUploading
  case tooLarge(limit: Int)
  case tooManyOpenFeeds(limit: Int)
  case unknownSpec(String, known: [String])
  /// Seen from the first bytes; `isNoGrid` when they are no grid at all.
  case unreadable(code: String, what: String, hint: String, isNoGrid: Bool)
}
