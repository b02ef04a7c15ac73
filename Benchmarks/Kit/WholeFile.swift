internal import Foundation
public import SpecParser

/// A whole file as the service reads it: looked through first, the keys of its rows sorted on disk, then read into data
/// objects. In a process of its own, so that the memory is that of this alone.
public enum WholeFile {
  /// Starts this program once more, for `run`, and waits for it.
  public static func runApart(_ path: String) throws {
    // What was printed so far comes before what the child prints.
    fflush(nil)
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    child.arguments = [path]
    try child.run()
    child.waitUntilExit()
  }

  public static func run(_ path: String, spec: Spec) throws {
    let before = try PeakMemory.megabytes()
    let start = ThreadClock.seconds()
    var scan = FeedScan(spec: spec)
    while scan.needsPass {
      try pieces(of: path) { try scan.feed(chunk: $0) }
      while try scan.finish() {}
    }
    let result = try scan.result()
    let (scanned, scanMemory) = (ThreadClock.seconds(), try PeakMemory.megabytes())
    let (rows, bytes) = try objects(path, spec, result)
    let end = ThreadClock.seconds()
    func rate(_ seconds: Double) -> Int { Int(Double(rows) / seconds) }
    print(
      "  \(rows) rows (\(result.items) items) → \(bytes / 1_000_000) MB of objects:",
      "of the thread's own time scan \(rate(scanned - start)) rows/s, reading \(rate(end - scanned)) rows/s, both \(rate(end - start)) rows/s;",
      "resident at most \(try PeakMemory.megabytes()) MB (\(before) before, \(scanMemory) after the scan)")
  }

  private static func objects(_ path: String, _ spec: Spec, _ scan: ScanResult) throws -> (rows: Int, bytes: Int) {
    var reading = FeedReading(spec: spec, scan: scan)
    var batch = RowBatch()
    var (rows, bytes) = (0, 0)
    func take() {
      rows += batch.count
      for item in RowMerger.merge(batch) { bytes += item.attributes.count }
      batch.removeAll()
    }
    try pieces(of: path) {
      try reading.feed($0, into: &batch)
      take()
    }
    while try reading.finish(into: &batch) { take() }
    take()
    return (rows, bytes)
  }

  private static func pieces(of path: String, _ take: ([UInt8]) throws -> Void) throws {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    while let piece = try file.read(upToCount: 256 * 1_024), !piece.isEmpty { try take(Array(piece)) }
  }
}
