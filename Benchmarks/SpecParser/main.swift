// A cost grid of a million rows on one thread: bytes → typed and checked rows → data objects, beside what the machine
// takes to look at the same bytes, and what polars and DuckDB take for the same checks where Python has them.
// At last a grid of 1 GB, in a process of its own that tells its memory.
import Arguments
import BenchmarkKit
import Foundation
import SpecParser

let fileArgument = Argument<String?>.optionalPositional(
  "FILE", .path, help: "A cost grid: only this one is read, and the memory told that it took.")
let arguments = BenchmarkCommand.read(
  "SpecParserBenchmark", summary: "Reads a cost grid of a million rows: typed rows, data objects, and a grid of 1 GB.",
  arguments: [fileArgument.declaration])
if let path = arguments[fileArgument], let spec = try ShippedSpecs.spec(named: "cost") {
  BenchmarkCommand.orEnd { try WholeFile.run(path, spec: spec) }
  exit(0)
}

let rows = 1_000_000
let bytes = CostGrid.bytes(rows: rows)
let chunks = stride(from: 0, to: bytes.count, by: 65_536).map { Array(bytes[$0..<min($0 + 65_536, bytes.count)]) }
guard let spec = try ShippedSpecs.spec(named: "cost") else { preconditionFailure("the cost spec is compiled in") }
print("\(rows) rows, \(bytes.count / 1_000_000) MB, one thread, chunks of 64 KiB, the best of five")

/// Rows a second of the thread's own time, which other programs on the machine do not use up, of the best of five; and
/// of the clock's.
func rate(_ name: String, _ body: () throws -> Int) rethrows -> Double {
  var (best, bestWall) = (Double.infinity, Double.infinity)
  for _ in 0..<5 {
    let (start, wall) = (ThreadClock.seconds(), ContinuousClock.now)
    let count = try body()
    best = min(best, ThreadClock.seconds() - start)
    bestWall = min(bestWall, (ContinuousClock.now - wall) / .seconds(1))
    precondition(count == rows, "\(name) counted \(count)")
  }
  let rate = Double(rows) / best
  print(
    "\(name): \(Int(rate)) rows/s, \(Int(Double(bytes.count) / best / 1e6)) MB/s",
    "(by the clock \(Int(Double(rows) / bestWall)) rows/s)")
  return rate
}

let scan = rate("limit: line ends counted") { chunks.reduce(-1) { $0 + LineScan.count($1) } }
let cells = try rate("cells") {
  var reader = CSVReader()
  var grid = GridRows()
  var count = -1
  for chunk in chunks {
    try reader.read(chunk, into: &grid)
    count += grid.count
    grid.removeComplete()
  }
  while try reader.finish(into: &grid) {}
  return count + grid.count
}
let typed = try rate("typed rows") {
  var parser = FeedParser(spec: spec)
  var batch = RowBatch()
  var count = 0
  for chunk in chunks {
    try parser.feed(chunk: chunk, into: &batch)
    count += batch.count
    batch.removeAll()
  }
  while try parser.finish(into: &batch) {}
  return count + batch.count
}
// As the service makes them: one for the rows of an item that come together. Here each has one row, the dearest case.
let objects = try rate("data objects") {
  var parser = FeedParser(spec: spec)
  var batch = RowBatch()
  var count = 0
  func take() {
    for item in RowMerger.merge(batch) { count += item.rows.count }
    batch.removeAll()
  }
  for chunk in chunks {
    try parser.feed(chunk: chunk, into: &batch)
    take()
  }
  while try parser.finish(into: &batch) {}
  take()
  return count
}

func percent(_ one: Double, _ other: Double) -> String { "\(Int(one / other * 1_000) / 10)".description + " %" }
print("typed rows: \(percent(typed, scan)) of a bare scan's rate, \(percent(typed, cells)) of the cells'")
func verdict(_ rate: Double, _ target: Double) -> String { rate >= target ? "reached" : "missed" }
print(
  "in the thread's own time: 1.8M typed rows/s \(verdict(typed, 1_800_000)), 1M objects/s \(verdict(objects, 1_000_000))"
)

let folder = FileManager.default.temporaryDirectory.appendingPathComponent("spec-parser-\(getpid())")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }
let path = folder.appendingPathComponent("cost.csv").path
try Data(bytes).write(to: URL(fileURLWithPath: path))
Rivals.tables.compare(path, rows: rows, "typed rows", rate: typed)

try CostGrid.write(bytes: 1_000_000_000, to: path)
print("a grid of 1 GB, in a process of its own:")
try WholeFile.runApart(path)
