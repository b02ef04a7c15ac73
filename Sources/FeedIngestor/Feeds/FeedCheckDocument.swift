internal import JSONCodec

/// `{"items":[…],"feed":{…}}`: a checked grid's rows with issues, as a page of a feed's items shows them, and the feed
/// as its status does, without what only a server gives. It leaves in pieces, however long it gets.
struct FeedCheckDocument {
  private var writer = JSONWriter(capacity: 4_096)

  init() {
    writer.beginObject()
    writer.name("items")
    writer.beginArray()
  }

  mutating func add(_ row: FeedRow) {
    writer.beginObject()
    writer.field("index", row.index)
    writer.field("line", row.line)
    writer.field("gtin", row.text)
    writer.field("ingestionStatus", row.isFailed ? "DATA_ERROR" : "SUCCESS")
    writer.name("ingestionErrors")
    writer.beginObject()
    writer.name("ingestionError")
    writer.raw(FeedIssue.encode(row.issues))
    writer.endObject()
    writer.name("systems")
    writer.beginObject()
    writer.endObject()
    writer.endObject()
  }

  mutating func end(_ feed: FeedSummary, issues: [FeedSummary.IssueCounts]) {
    writer.endArray()
    writer.name("feed")
    feed.append(to: &writer, systems: [], issues: issues)
    writer.endObject()
  }

  mutating func take() -> [UInt8] { writer.takeBytes() }
}
