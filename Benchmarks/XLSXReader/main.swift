// Reads a cost grid of 200,000 rows from a workbook, beside what bare inflating and bare parsing of its sheet take.
// With a path it only reads that workbook, and tells its own memory.
import CExpat
import CZip
import Foundation
import SpecParser
import ZipReader

/// Of the processor, so that what else the machine does matters less.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
  let start = now()
  try body()
  return now() - start
}

func rate(_ name: String, rows: Int, bytes: Int, _ body: () throws -> Int) rethrows -> Double {
  var (best, result) = (Double.infinity, 0)
  for _ in 0..<5 { best = min(best, try seconds { result = try body() }) }
  print("\(name): \(Int(Double(rows) / best)) rows/s, \(Int(Double(bytes) / best / 1e6)) MB/s of XML (\(result))")
  return best
}

/// Rows of a workbook that is read in chunks of 64 KiB.
func count(_ path: String) throws -> Int {
  guard let file = FileHandle(forReadingAtPath: path) else { preconditionFailure("no file \(path)") }
  var reader = WorkbookReader()
  var (rows, total) = (GridRows(), 0)
  while let chunk = try file.read(upToCount: 65_536), !chunk.isEmpty { try reader.read(Array(chunk), into: &rows) }
  while try reader.finish(into: &rows) {
    total += rows.count
    rows.removeComplete()
  }
  return total + rows.count
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

/// The most memory that this program had, in megabytes; `getrusage` would count that of the process it came from, too.
func memory() throws -> Int {
  let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
  return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 / 1024 } ?? 0
}

if CommandLine.arguments.count > 1 {
  let before = try memory()
  var rows = 0
  let took = try seconds { rows = try count(CommandLine.arguments[1]) }
  print("\(rows) rows in \(took) s; resident at most \(try memory()) MB, \(before) MB before")
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

let large = Generator(rows: 900_000)
let largeSheet = large.sheet
try Data(large.archive(sheet: largeSheet)).write(to: URL(fileURLWithPath: path))
print("a sheet of \(largeSheet.count / 1_000_000) MB, in a process of its own:")
let child = Process()
child.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
child.arguments = [path]
try child.run()
child.waitUntilExit()
