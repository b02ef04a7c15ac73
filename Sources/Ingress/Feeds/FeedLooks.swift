internal import FeedIngestor
internal import ItemModel

/// Looks at feeds for all event streams: however many follow a feed, the database is asked once.
actor FeedLooks {
  struct Feed: Hashable {
    let id: String
    let merchant: MerchantID
  }

  private struct Look {
    let answer: Task<[UInt8]?, any Error>
    let begun: ContinuousClock.Instant
    let maxAge: Duration
  }

  private let reader: FeedReader
  private var looks: [Feed: Look] = [:]
  /// Looks kept, beyond which those that are too old for anybody are dropped.
  private var limit = 64

  init(reader: FeedReader) { self.reader = reader }

  /// The feed's status as it was at most `maxAge` ago; nil when the merchant has no such feed.
  func status(of feed: Feed, maxAge: Duration) async throws -> [UInt8]? {
    if let look = looks[feed], look.begun.duration(to: .now) < maxAge { return try await look.answer.value }
    // Ends by itself, within the pool's limits.
    let answer = Task { [reader] in try await reader.status(feed.id, of: feed.merchant) }
    looks[feed] = Look(answer: answer, begun: .now, maxAge: maxAge)
    if looks.count > limit {
      looks = looks.filter { $0.value.begun.duration(to: .now) < $0.value.maxAge }
      limit = max(64, looks.count * 2)
    }
    return try await answer.value
  }
}
