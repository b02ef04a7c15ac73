internal import ItemModel
internal import JSONCodec
internal import KafkaClient

/// A list of prices on its way: records to send, and the answer, line for line.
struct PriceList {
  private enum Outcome {
    /// The record stands in the batch.
    case sent(updateID: String, href: String)
    case refused(Problem)
  }

  private let merchant: MerchantID
  private let topic: String
  private let correlationID: String
  /// Lines since the last answers.
  private var open: [(line: Int, outcome: Outcome)] = []
  private(set) var records: [KafkaRecord] = []
  private(set) var answer: [UInt8] = []
  /// Lines seen so far.
  private(set) var lines = 0
  /// Whether nothing more is taken.
  private(set) var isClosed = false
  /// Whether Kafka failed, so that what comes behind would only wait for the same failure.
  private var hasFailed = false

  init(merchant: MerchantID, topic: String, correlationID: String) {
    self.merchant = merchant
    self.topic = topic
    self.correlationID = correlationID
  }

  mutating func add(_ line: LineSplitter.Line, id: () -> String) {
    if line.isBlank {
      lines += 1
      return
    }
    lines += 1
    if hasFailed { return open.append((lines, .refused(.pricesUnavailable))) }
    switch line {
    case .tooLong(let limit):
      open.append(
        (lines, .refused(Problem(413, "too_large", "The line is too long", "A line may have \(limit) bytes."))))
    case .text(let bytes):
      do throws(Problem) {
        let update = try PriceUpdate(line: bytes, merchant: merchant)
        let updateID = id()
        records.append(update.record(topic: topic, updateID: updateID, correlationID: correlationID))
        open.append((lines, .sent(updateID: updateID, href: update.href)))
      } catch {
        open.append((lines, .refused(error)))
      }
    }
  }

  /// Takes nothing more: the next line is answered with this problem, and what comes behind it not at all.
  mutating func close(_ problem: Problem) {
    isClosed = true
    open.append((lines + 1, .refused(problem)))
  }

  /// The records to send now; `settle` must follow.
  mutating func takeRecords() -> [KafkaRecord] {
    defer { records = [] }
    return records
  }

  /// Writes the answers of all lines so far. `errors` belong to the records taken, in their order.
  mutating func settle(_ errors: [KafkaError?]) {
    var errors = errors.makeIterator()
    for (line, outcome) in open {
      switch outcome {
      case .refused(let problem): write(line, problem)
      case .sent(let updateID, let href):
        if let error = errors.next() ?? nil {
          hasFailed = hasFailed || error.code != .messageTooLarge
          write(line, Problem(error))
        } else {
          write(line, updateID: updateID, href: href)
        }
      }
    }
    open = []
  }

  private mutating func write(_ line: Int, updateID: String, href: String) {
    write(line, status: 202) { writer in
      writer.field("updateId", updateID)
      writer.field("href", href)
    }
  }

  private mutating func write(_ line: Int, _ problem: Problem) {
    write(line, status: problem.status) { writer in
      writer.field("code", problem.code)
      writer.field("title", problem.title)
      writer.field("detail", problem.detail)
      writer.field("field", problem.field)
    }
  }

  private mutating func write(_ line: Int, status: Int, _ rest: (inout JSONWriter) -> Void) {
    var writer = JSONWriter(capacity: 160)
    writer.beginObject()
    writer.field("line", Int64(line))
    writer.field("status", Int64(status))
    rest(&writer)
    writer.endObject()
    answer += writer.bytes
    answer.append(0x0A)
  }
}
