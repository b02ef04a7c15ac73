import JSONCodec
import SpecParser
import Testing

/// Fixtures of this package, by path from its root.
func fixture(_ path: String) throws -> [UInt8] {
  let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
  return try contents("/\(root)/Fixtures/\(path)")
}

func costSpec() throws -> Spec { try #require(try ShippedSpecs.spec(named: "cost")) }

/// A parser's rows and notes of a grid, read in chunks of `size` bytes.
func read(_ grid: [UInt8], parser: FeedParser, size: Int = 7) throws -> (rows: RowBatch, notes: [FeedNote]) {
  var parser = parser
  var batch = RowBatch()
  for start in stride(from: 0, to: grid.count, by: size) {
    try parser.feed(chunk: Array(grid[start..<min(start + size, grid.count)]), into: &batch)
  }
  while try parser.finish(into: &batch) {}
  return (batch, parser.notes)
}

/// All rows of a grid, read in chunks of `size` bytes.
func parse(_ grid: [UInt8], spec: Spec, size: Int = 7) throws -> RowBatch {
  try read(grid, parser: FeedParser(spec: spec, limits: GridLimits(sniffedBytes: 4_096)), size: size).rows
}

func parse(_ grid: String, size: Int = 7) throws -> RowBatch {
  try parse(Array(grid.utf8), spec: costSpec(), size: size)
}

/// One row of the cost grid beneath its header.
func row(
  gtin: String = "02345673", node: String = "1", cost: String = "1", others: String = "", start: String = "",
  end: String = ""
) throws -> ParsedRow {
  let cells = [gtin, node, cost, others, start, end].map { "\"\($0.replacing("\"", with: "\"\""))\"" }
  let rows = try parse(
    "Item Gtin,Shipnode ID,Unit Cost,Allow Others,Start Date,End Date\n\(cells.joined(separator: ","))")
  return try #require(rows.first)
}

extension ParsedRow {
  var text: String? { attributes.map { String(decoding: $0, as: UTF8.self) } }

  /// The row's entry in `cost.shipnodes`.
  func entry() throws -> JSONValue {
    let bytes = try #require(attributes, "\(issues)")
    return try #require(JSONDocument(bytes).root[path: ["cost", "shipnodes"]]?.elements.first { _ in true })
  }

  var codes: [String] { issues.map(\.code) }
}

/// All cells of a grid that comes in pieces of `size` bytes.
func cells(of bytes: [UInt8], by reader: some GridReader, size: Int) throws -> [[String]] {
  var (reader, rows, cells) = (reader, GridRows(), [[String]]())
  func take() {
    for row in (0..<rows.count).map({ rows[$0] }) {
      cells.append((0..<row.count).map { String(decoding: row[$0], as: UTF8.self) })
    }
    rows.removeComplete()
  }
  for start in stride(from: 0, to: bytes.count, by: size) {
    try reader.read(Array(bytes[start..<min(start + size, bytes.count)]), into: &rows)
    take()
  }
  while try reader.finish(into: &rows) { take() }
  take()
  return cells
}
