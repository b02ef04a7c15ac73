internal import Arguments
internal import FeedIngestor
internal import Foundation
internal import ItemModel
internal import JSONCodec
internal import SpecParser

/// Checks a grid without a server, by the same rules.
enum FeedValidation {
  static func run(file: String, spec name: String, specs: SpecCatalogue, objects: String?, json: Bool) throws -> Int32 {
    let spec: Spec
    do { spec = try specs.inUse(name) } catch { throw UsageError(error.what, hint: error.hint) }
    let pieces = FilePieces(path: file)
    var scan = FeedScan(spec: spec)
    do {
      while scan.needsPass {
        try pieces.forEach { try scan.feed(chunk: $0) }
        while try scan.finish() {}
      }
    } catch let error as FeedParserError where !error.isSystemFault {
      // Told when the rows before the place where the file breaks were read.
    }
    var check = FeedCheck(spec: spec, scan: try scan.result(), writesJSON: json)
    var rows = RowBatch()
    var issues: [RowIssue] = []
    // A grid may be large: rows are kept where they are still needed, and no more issues than are shown.
    func keep(from first: Int) {
      if json {
        show(check.takeJSON())
      } else {
        for row in rows[first...] where issues.count < shownIssues {
          issues += row.issues.prefix(shownIssues - issues.count)
        }
      }
      if objects == nil { rows.removeAll() }
    }
    try pieces.forEach { chunk in
      let first = rows.count
      try check.add(chunk, into: &rows)
      keep(from: first)
    }
    var mayHaveMore = true
    while mayHaveMore {
      let first = rows.count
      mayHaveMore = try check.finish(into: &rows)
      keep(from: first)
    }
    if let objects { try write(rows, to: objects) }
    if json {
      show(check.takeLastJSON())
      Terminal.output.print()
    } else {
      report(check, issues, file: file)
    }
    return check.error == nil && check.failedRows == 0 ? Program.success : Program.failed
  }

  private static let shownIssues = 1_000

  private static func show(_ json: [UInt8]) { Terminal.output.write(String(decoding: json, as: UTF8.self)) }

  private static func report(_ check: FeedCheck, _ issues: [RowIssue], file: String) {
    let good = check.rows - check.failedRows
    if check.rows > 0 || check.error == nil {
      Terminal.output.print("\(file): \(check.rows) rows, \(good) good, \(check.failedRows) failed")
    }
    var table = TextTable("LINE", "COLUMN", "VALUE", "SEVERITY", "CODE", "WHAT TO DO")
    for issue in issues {
      table.add([
        String(issue.line), issue.column, issue.value, issue.severity.rawValue, issue.code,
        issue.hint.isEmpty ? issue.description : issue.hint,
      ])
    }
    if !issues.isEmpty { Terminal.output.write(table.text()) }
    if let error = check.error {
      Terminal.errors.print("error: \(StartError("\(file): \(error.what)", hint: error.hint))")
    }
  }

  private static func write(_ rows: RowBatch, to path: String) throws {
    var bytes: [UInt8] = []
    for item in RowMerger.merge(rows) {
      var writer = JSONWriter()
      writer.beginObject()
      writer.field("gtin", item.submittedGTIN)
      writer.field("gtin14", item.gtin.text14)
      writer.name("attributes")
      writer.raw(item.attributes)
      writer.endObject()
      bytes += writer.bytes + [0x0A]
    }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }
}
