internal import ItemModel
internal import JSONCodec

/// Something that happened to an item.
enum ItemEvent {
  case change(ItemChange)
  /// What became of a dispatch.
  case outcome(version: Int64, lease: Int64, [SystemOutcome])
  case acknowledgement(system: String, version: Int64, isAccepted: Bool, code: String?, description: String?)
  /// The item's due moment has come. `leases`: what is known of the open ones; absent means still on its way.
  case timer(leases: [Int64: LeaseFate])
  /// A dispatch whose message was never published: it is dispatched anew.
  case unpublished(lease: Int64)
  /// A dispatch that can never be published, such as one that is too large for the topic.
  case unpublishable(lease: Int64, code: String, description: String)
  /// An operator's: forget what the system holds, and send it again.
  case resend(system: String)
  /// An operator's or merchant's: try again what failed.
  case retry

  var isChange: Bool { if case .change = self { true } else { false } }

  /// Whether it tells what became of something that was sent.
  var isAnswer: Bool {
    switch self {
    case .outcome, .acknowledgement: true
    default: false
    }
  }
}

/// What a look at the lane shows of a lease whose outcome is missing.
enum LeaseFate: Equatable {
  /// Its message was never published.
  case unpublished
  /// Its message is in the topic, and the lane's group has committed past it.
  case consumed
  /// Its message is in the topic, and the lane's group has still to come to it.
  case waiting
}

/// New attributes for an item.
struct ItemChange {
  /// An object of groups.
  let attributes: JSONValue
  /// The GTIN as submitted.
  let gtin: String
  let lane: Lane
  let correlationID: String
  /// The feed that brought it.
  var feed: FeedPart?

  /// Which rows of a feed became this change, and what the feed knew of the item before.
  struct FeedPart {
    let feed: Int64
    let rows: Int32
    /// What earlier rows of the same feed came to, if they have ended.
    var previous: FeedWatcher?
  }
}
