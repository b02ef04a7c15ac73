internal import ItemModel
internal import JSONCodec

/// What a feed's rows so far would have made of items that are only looked at, so that its next rows meet them as if the
/// others had been applied.
///
/// Kept are the latest ones, in bounded memory: rows of one item mostly stand together.
struct CarriedItems {
  private let limit: Int
  private var latest: [ItemKey: ItemState] = [:]
  /// Those before the latest.
  private var earlier: [ItemKey: ItemState] = [:]
  private var bytes = 0

  /// - Parameter limit: bytes of the latest ones, and of those before them.
  init(limit: Int) { self.limit = limit }

  mutating func add(_ states: [(key: ItemKey, state: ItemState)]) {
    for (key, state) in states {
      if bytes >= limit { (earlier, latest, bytes) = (latest, [:], 0) }
      latest[key] = state
      bytes += state.attributes.root.rawBytes.count + CarriedItems.bytesBesides
    }
  }

  /// What is known of these items.
  func states(of keys: some Sequence<ItemKey>) -> [ItemKey: ItemState] {
    var states: [ItemKey: ItemState] = [:]
    for key in keys { states[key] = latest[key] ?? earlier[key] }
    return states
  }

  /// Of a state, for all that is not its attributes; roughly.
  private static let bytesBesides = 1_024
}
