internal import ItemModel
internal import JSONCodec

/// Taking a merged change apart again, so that a bad row holds back itself alone.
extension ApplyBatch.Entry {
  /// What is left without the rows that `errors` name, merged anew; when they name none, each row by itself.
  func split(
    by errors: [DataError], merge: (([Int]) -> [UInt8])?
  ) throws -> (refused: [(part: ApplyBatch.Entry, errors: [DataError])], rest: [ApplyBatch.Entry]) {
    var named: [Int: [DataError]] = [:]
    for error in errors {
      guard let part = error.window.flatMap(part(of:)) else { continue }
      named[part, default: []].append(error)
    }
    guard !named.isEmpty, let merge else { return ([], parts) }
    let rest = parts.indices.filter { named[$0] == nil }.map { parts[$0] }
    return (
      named.sorted { $0.key < $1.key }.map { (parts[$0.key], $0.value) },
      rest.isEmpty ? [] : [try joined(rest, merge)]
    )
  }

  /// The rows that a note is about.
  func rows(of note: DataError) -> [Int] {
    let part = note.window.flatMap(part(of:)).map { parts[$0] } ?? self
    return Array(part.origin.rows.prefix(1))
  }

  private func joined(_ rest: [ApplyBatch.Entry], _ merge: ([Int]) -> [UInt8]) throws -> ApplyBatch.Entry {
    guard rest.count > 1, case .change(let whole) = event else { return rest[0] }
    let rows = rest.flatMap(\.origin.rows)
    let change = ItemChange(
      attributes: try JSONDocument(merge(rows)).root, gtin: whole.gtin, lane: whole.lane,
      correlationID: whole.correlationID,
      feed: whole.feed.map {
        ItemChange.FeedPart(
          feed: $0.feed, rows: rest.reduce(0) { $0 + ($1.change?.feed?.rows ?? 0) }, previous: $0.previous)
      })
    return ApplyBatch.Entry(key: key, event: .change(change), origin: .rows(rows), parts: rest)
  }

  /// The part that brought a window, by the window's place in the whole.
  private func part(of window: Int) -> Int? {
    var end = 0
    return parts.firstIndex { part in
      end += part.change?.attributes["cost"]?["shipnodes"]?.count ?? 0
      return window < end
    }
  }

  private var change: ItemChange? {
    if case .change(let change) = event { change } else { nil }
  }

  /// What earlier rows of the feed came to.
  var earlier: FeedWatcher? { change?.feed?.previous }

  /// The same change, knowing what earlier rows of its feed came to.
  func recalling(_ watcher: FeedWatcher) -> ApplyBatch.Entry {
    guard var change, let feed = change.feed, feed.feed == watcher.feed else { return self }
    change.feed?.previous = watcher
    return ApplyBatch.Entry(
      key: key, event: .change(change), origin: origin, parts: parts.map { $0.recalling(watcher) })
  }
}

extension DataError {
  /// The window that it is about, by its place in the change: 2 of `cost.shipnodes[2].unitCost`.
  fileprivate var window: Int? {
    let path = field.utf8
    guard field.hasPrefix("cost.shipnodes["), let open = path.firstIndex(of: UInt8(ascii: "[")),
      let close = path.firstIndex(of: UInt8(ascii: "]"))
    else { return nil }
    return Int(field[path.index(after: open)..<close])
  }
}
