internal import Arguments
internal import Foundation
internal import ItemModel
internal import JSONCodec
internal import SpecParser

/// Checks a grid without a server, by the same rules.
enum FeedValidation {
  static func run(file: String, spec name: String, specs: SpecCatalogue, objects: String?, json: Bool) throws -> Int32 {
    guard let spec = specs[name] else {
      throw UsageError(
        "there is no spec “\(name)”", hint: "known are: \(specs.names.joined(separator: ", "))")
    }
    var rows: [ParsedRow] = []
    do {
      var parser = FeedParser(spec: spec)
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
      defer { try? handle.close() }
      while let chunk = try handle.read(upToCount: 256 * 1024), !chunk.isEmpty {
        rows += try parser.feed(chunk: Array(chunk))
      }
      rows += try parser.finish()
    } catch let error as FeedParserError {
      throw StartError("\(file): \(error.what)", hint: error.hint)
    } catch {
      throw FileError(path: file, cause: error)
    }
    if let objects { try write(rows, to: objects) }
    if json { Terminal.output.print(document(rows, spec: name)) } else { report(rows, file: file) }
    return rows.contains { $0.attributes == nil } ? Program.failed : Program.success
  }

  private static func report(_ rows: [ParsedRow], file: String) {
    let failed = rows.count { $0.attributes == nil }
    Terminal.output.print("\(file): \(rows.count) rows, \(rows.count - failed) good, \(failed) failed")
    var table = TextTable("LINE", "COLUMN", "VALUE", "SEVERITY", "CODE", "WHAT TO DO")
    for issue in rows.lazy.flatMap(\.issues).prefix(1_000) {
      table.add([
        String(issue.line), issue.column, issue.value, issue.severity.rawValue, issue.code,
        issue.hint.isEmpty ? issue.description : issue.hint,
      ])
    }
    if rows.contains(where: { !$0.issues.isEmpty }) { Terminal.output.write(table.text()) }
  }

  private static func write(_ rows: [ParsedRow], to path: String) throws {
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

  private static func document(_ rows: [ParsedRow], spec: String) -> String {
    var writer = JSONWriter(capacity: 4_096)
    writer.beginObject()
    writer.name("feed")
    writer.beginObject()
    writer.field("spec", spec)
    writer.field("itemsReceived", Int64(rows.count))
    writer.field("itemsFailed", Int64(rows.count { $0.attributes == nil }))
    writer.field("distinctItems", Int64(Set(rows.compactMap(\.gtin)).count))
    writer.endObject()
    writer.name("items")
    writer.beginArray()
    for row in rows where !row.issues.isEmpty {
      writer.beginObject()
      writer.field("index", Int64(row.index))
      writer.field("line", Int64(row.line))
      writer.field("gtin", row.submittedGTIN)
      writer.field("ingestionStatus", row.attributes == nil ? "DATA_ERROR" : "SUCCESS")
      writer.name("ingestionErrors")
      writer.beginObject()
      writer.name("ingestionError")
      writer.beginArray()
      for issue in row.issues {
        writer.beginObject()
        writer.field("type", issue.severity.rawValue.uppercased())
        writer.field("code", issue.code)
        writer.field("field", issue.column)
        writer.field("value", issue.value)
        writer.field("description", issue.description)
        writer.field("hint", issue.hint)
        writer.endObject()
      }
      writer.endArray()
      writer.endObject()
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
