// Reads a cost grid of 200,000 rows from a workbook, beside what bare inflating and bare parsing of its sheet take.
// At last a sheet of 200 MB, in a process of its own that tells its memory.
import Arguments
import BenchmarkKit
import CExpat
import CZip
import Foundation
import SpecParser
import ZipReader

/// Of the processor, so that what else the machine does matters less.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ThreadClock.seconds()
  try body()
  return ThreadClock.seconds() - start
}

func rate(_ name: String, rows: Int, bytes: Int, _ body: () throws -> Int) rethrows -> Double {
  var (best, result) = (Double.infinity, 0)
  for _ in 0..<5 { best = min(best, try seconds { result = try body() }) }
  print("\(name): \(Int(Double(rows) / best)) rows/s, \(Int(Double(bytes) / best / 1e6)) MB/s of XML (\(result))")
  return best
}

func inflate(_ path: String, _ take: (UnsafeRawBufferPointer) -> Void) throws -> Int {
  let archive = try ZipArchive(path: path)
  guard let entry = archive.entries.first(where: { $0.name.hasSuffix("sheet1.xml") }) else { return 0 }
  let stream = try archive.open(entry, limit: 1 << 32)
  let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
  defer { piece.deallocate() }
  var count = 1
  while count > 0 {
    count = try stream.read(into: piece)
    take(UnsafeRawBufferPointer(rebasing: piece[..<count]))
  }
  return stream.count
}

let fileArgument = Argument<String?>.optionalPositional(
  "FILE", .path, help: "A cost grid: only this one is read, and the memory told that it took.")
let arguments = BenchmarkCommand.read(
  "XLSXReaderBenchmark", summary: "Reads a cost grid of 200,000 rows from a workbook, and a sheet of 200 MB.",
  arguments: [fileArgument.declaration])
if let path = arguments[fileArgument], let spec = try ShippedSpecs.spec(named: "cost") {
  BenchmarkCommand.orEnd { try WholeFile.run(path, spec: spec) }
  exit(0)
}

let folder = FileManager.default.temporaryDirectory.appendingPathComponent("xlsx-reader-\(getpid())")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }
let path = folder.appendingPathComponent("cost.xlsx").path

let rows = 200_000
let generator = Generator(rows: rows)
let sheet = generator.sheet
let workbook = generator.archive(sheet: sheet)
try Data(workbook).write(to: URL(fileURLWithPath: path))
guard let spec = try ShippedSpecs.spec(named: "cost") else { preconditionFailure("the cost spec is compiled in") }
let chunks = stride(from: 0, to: workbook.count, by: 65_536).map {
  Array(workbook[$0..<min($0 + 65_536, workbook.count)])
}

let inflated = try rate("bare inflate", rows: rows, bytes: sheet.count) { try inflate(path) { _ in } }
let parsed = rate("bare expat, no handlers", rows: rows, bytes: sheet.count) {
  let parser = XML_ParserCreate(nil)
  defer { XML_ParserFree(parser) }
  sheet.withUnsafeBytes { sheet in
    for start in stride(from: 0, to: sheet.count, by: 65_536) {
      let count = min(65_536, sheet.count - start)
      XML_Parse(
        parser, sheet.baseAddress?.advanced(by: start).assumingMemoryBound(to: CChar.self), Int32(count),
        start + count == sheet.count ? 1 : 0)
    }
  }
  return sheet.count
}
let cells = try rate("cells", rows: rows, bytes: sheet.count) {
  var reader = WorkbookReader()
  var (grid, total) = (GridRows(), 0)
  for chunk in chunks { try reader.read(chunk, into: &grid) }
  while try reader.finish(into: &grid) {
    total += grid.count
    grid.removeComplete()
  }
  return total + grid.count
}
let typed = try rate("typed rows", rows: rows, bytes: sheet.count) {
  var parser = FeedParser(spec: spec, reader: WorkbookReader())
  var (batch, total) = (RowBatch(), 0)
  for chunk in chunks { try parser.feed(chunk: chunk, into: &batch) }
  while try parser.finish(into: &batch) {
    total += batch.count
    batch.removeAll()
  }
  return total + batch.count
}
print("cells take \(cells / (inflated + parsed)) times, typed rows \(typed / (inflated + parsed)) times both limits")

Rivals.workbooks.compare(path, rows: rows, "cells", rate: Double(rows) / cells)

let large = Generator(rows: 900_000, hasTextNodes: true)
let largeSheet = large.sheet
try Data(large.archive(sheet: largeSheet)).write(to: URL(fileURLWithPath: path))
print("a sheet of \(largeSheet.count / 1_000_000) MB, in a process of its own:")
try WholeFile.runApart(path)
