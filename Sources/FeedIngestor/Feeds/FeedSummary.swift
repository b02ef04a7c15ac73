internal import ItemModel
internal import JSONCodec
internal import PostgresClient

/// A feed as it is shown. What only a server gives, such as an id, is nil without one.
struct FeedSummary {
  var publicID: String?
  var spec: String
  var specVersion: Int64?
  var mode = FeedMode.apply
  var policy = FeedPolicy.eachRow
  var status: Status
  var received: Int64
  var succeeded: Int64
  var failed: Int64
  var items: Int64
  var sendsAvoided: Int64 = 0
  var bytes: Int64
  var submitted: Instant?
  var completed: Instant?
  var deadline: Instant?
  var correlation: String?
  var error: FeedFault?

  /// As the table stores it.
  enum Status: Int64 {
    case received = 0
    case inProgress, processed, error, cancelled

    var name: String {
      switch self {
      case .received: "RECEIVED"
      case .inProgress: "INPROGRESS"
      case .processed: "PROCESSED"
      case .error: "ERROR"
      case .cancelled: "CANCELLED"
      }
    }
  }

  /// Items by how a system fares.
  typealias SystemCounts = (name: String, counts: FeedCounts.Standings)
  /// An issue's code with its severity and examples, these as a JSON array.
  typealias IssueCounts = (kind: IssueTally.Kind, count: Int64, examples: [UInt8])

  func append(to writer: inout JSONWriter, systems: [SystemCounts]?, issues: [IssueCounts]?) {
    writer.beginObject()
    if let publicID { writer.field("feedId", publicID) }
    writer.field("spec", spec)
    if let specVersion { writer.field("specVersion", specVersion) }
    writer.field("mode", mode.rawValue)
    writer.field("policy", policy.rawValue)
    writer.field("feedStatus", status.name)
    writer.field("itemsReceived", received)
    writer.field("itemsSucceeded", succeeded)
    writer.field("itemsFailed", failed)
    writer.field("itemsProcessing", received - succeeded - failed)
    writer.field("distinctItems", items)
    writer.field("sendsAvoided", sendsAvoided)
    writer.field("bytes", bytes)
    if let submitted { writer.field("submittedAt", submitted.description) }
    if let completed { writer.field("completedAt", completed.description) }
    if let deadline { writer.field("deadline", deadline.description) }
    if let correlation { writer.field("correlationId", correlation) }
    if let error {
      writer.field("errorCode", error.code)
      writer.field("errorDescription", error.text)
    }
    if let systems { append(systems, to: &writer) }
    if let issues { append(issues, to: &writer) }
    writer.endObject()
  }

  private func append(_ systems: [SystemCounts], to writer: inout JSONWriter) {
    writer.name("systems")
    writer.beginObject()
    for (name, counts) in systems {
      writer.name(name)
      writer.beginObject()
      writer.field("delivered", counts.delivered)
      writer.field("pending", counts.pending)
      writer.field("failed", counts.failed)
      writer.field("avoided", counts.avoided)
      writer.endObject()
    }
    writer.endObject()
  }

  private func append(_ issues: [IssueCounts], to writer: inout JSONWriter) {
    writer.name("issues")
    writer.beginArray()
    for issue in issues {
      writer.beginObject()
      writer.field("code", issue.kind.code)
      writer.field("severity", issue.kind.severity)
      writer.field("count", issue.count)
      writer.name("examples")
      writer.raw(issue.examples)
      writer.endObject()
    }
    writer.endArray()
  }
}

extension FeedSummary {
  /// What `FeedReader` asks for of a feed, in the order in which `init` reads it.
  static let columns = """
    f.id, f.public_id, f.spec, f.status::int8, f.submitted_at, f.completed_at, f.deadline, f.sends_avoided,
    f.error_code, f.error_text, f.is_read, f.bytes,
    coalesce(c.received, 0)::int8, coalesce(c.succeeded, 0)::int8, coalesce(c.failed, 0)::int8,
    coalesce(c.items, 0)::int8, f.correlation, f.spec_version::int8, f.mode, f.policy
    """

  init(_ rows: PostgresResult, row: Int) throws {
    publicID = try rows.text(row, 1)
    spec = try rows.text(row, 2)
    status = Status(rawValue: try rows.int8(row, 3)) ?? .cancelled
    submitted = Instant(microseconds: try rows.timestamptz(row, 4))
    completed = try rows.optionalTimestamptz(row, 5).map { Instant(microseconds: $0) }
    deadline = Instant(microseconds: try rows.timestamptz(row, 6))
    sendsAvoided = try rows.int8(row, 7)
    error = try rows.optionalText(row, 8).map { FeedFault(code: $0, text: try rows.optionalText(row, 9) ?? "") }
    bytes = try rows.int8(row, 11)
    received = try rows.int8(row, 12)
    succeeded = try rows.int8(row, 13)
    failed = try rows.int8(row, 14)
    items = try rows.int8(row, 15)
    correlation = try rows.text(row, 16)
    specVersion = try rows.optionalInt8(row, 17)
    mode = FeedMode(rawValue: try rows.text(row, 18)) ?? .apply
    policy = FeedPolicy(rawValue: try rows.text(row, 19)) ?? .eachRow
  }
}
