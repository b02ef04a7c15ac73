internal import Arguments
internal import FeedIngestor
internal import ItemModel
internal import JSONCodec
internal import ScratchFiles
internal import SpecParser
internal import WorkbookWriter

/// Checks a grid without a server, by the same rules.
struct FeedValidation {
  /// What is wanted besides the report.
  struct Outputs {
    /// The rows as data objects.
    var objects: String?
    /// The file with what is to be said of each row.
    var errors: String?
    var scope = ErrorFile.Scope.all
    var policy = FeedPolicy.eachRow
    var json = false

    /// Whether one of the files goes to the standard output.
    fileprivate var useStandardOutput: Bool { [objects, errors].contains(OutputFile.standardOutput) }
  }

  private let pieces: FilePieces
  private let spec: Spec
  private let limits: GridLimits
  private let outputs: Outputs
  private let meter: ProgressMeter
  private var progress: PassProgress

  /// - Parameter file: its path, or `-` for the standard input.
  init(file: String, spec: Spec, limits: GridLimits, outputs: Outputs) throws {
    do { pieces = try FilePieces(file, space: limits.spill.space) } catch let error as ScratchFileError {
      throw StartError.noScratch(error)
    }
    self.spec = spec
    var limits = limits
    limits.spill = limits.spill.ofOneFile
    self.limits = limits
    self.outputs = outputs
    meter = ProgressMeter("looking through", unit: .rows, on: outputs.json ? nil : .errors)
    progress = PassProgress(pieces, meter: meter)
  }

  /// - Returns: the exit code.
  /// - Throws: what is no fault of the grid: the file, the disk.
  mutating func run() async throws -> Int32 {
    defer { meter.clear() }
    do {
      let scan = try scan()
      var (check, issues) = try read(scan)
      if let path = outputs.errors, check.rows > 0 { try await writeErrors(scan, to: path) }
      meter.clear()
      if outputs.json {
        show(check.takeLastJSON())
        Terminal.output.print()
      } else {
        report(check, issues)
      }
      return check.error == nil && check.failedRows == 0 ? Program.success : Program.failed
    } catch let error as FeedParserError where error.isSystemFault {
      throw StartError.noScratch(error)
    } catch let error as ScratchFileError {
      throw StartError.noScratch(error)
    } catch let error as WorkbookError where error.code == .noRoom {
      throw StartError.noScratch(error)
    }
  }

  private var passesAfterScan: Int { outputs.errors == nil ? 1 : 2 }

  private mutating func scan() throws -> ScanResult {
    var scan = FeedScan(spec: spec, limits: limits)
    do {
      while scan.needsPass {
        progress.begin(passesLeft: 1 + passesAfterScan)
        try pieces.forEach { piece in
          try scan.feed(chunk: piece)
          progress.took(piece.count)
          progress.report(rows: scan.rows, of: nil, title: "looking through")
        }
        while try scan.finish() { progress.report(rows: scan.rows, of: nil, title: "looking through") }
      }
    } catch let error as FeedParserError where !error.isSystemFault {
      // Told when the rows before the place where the file breaks were read.
    }
    return try scan.result()
  }

  private mutating func read(_ scan: ScanResult) throws -> (FeedCheck, [RowIssue]) {
    var check = FeedCheck(
      spec: spec, scan: scan, policy: outputs.policy, limits: limits, writesJSON: outputs.json)
    var rows = RowBatch()
    var issues: [RowIssue] = []
    let objects = try outputs.objects.map { path throws(StartError) in try OutputFile(path) }
    progress.begin(passesLeft: passesAfterScan)
    // A grid may be large: rows are kept until those of an item can be told together, and no more issues than are shown.
    func keep(from first: Int) throws {
      if outputs.json {
        show(check.takeJSON())
      } else {
        for row in rows[first...] where issues.count < FeedValidation.shownIssues {
          issues += row.issues.prefix(FeedValidation.shownIssues - issues.count)
        }
      }
      if let objects {
        while let count = rows.firstRows(
          atMost: FeedValidation.rowsTogether, textBytes: FeedValidation.textBytesTogether)
        {
          try write(rows.takeFirst(count), to: objects)
        }
      } else {
        rows.removeAll()
      }
      progress.report(rows: check.rows, of: scan.rows, title: "checking")
    }
    try pieces.forEach { piece in
      let first = rows.count
      try check.add(piece, into: &rows)
      progress.took(piece.count)
      try keep(from: first)
    }
    var mayHaveMore = true
    while mayHaveMore {
      let first = rows.count
      mayHaveMore = try check.finish(into: &rows)
      try keep(from: first)
    }
    if let objects {
      try write(rows, to: objects)
      try objects.finish()
    }
    return (check, issues)
  }

  private mutating func writeErrors(_ scan: ScanResult, to path: String) async throws {
    progress.begin(passesLeft: 1)
    let reading = FeedReading(
      spec: spec, scan: scan, rejectsAll: outputs.policy.refuses(scan), limits: limits)
    var file = ErrorFile(spec: spec, scope: outputs.scope, limits: limits)
    // The grid is read twice at once: for what is to be said, and for the rows themselves.
    var rows = CheckedRows(try pieces.walk(), reading)
    let walk = try pieces.walk()
    let output = try OutputFile(path)
    try await file.writeRows {
      try walk.next()
    } _: { lines in
      progress.report(rows: rows.count, of: scan.rows, title: "writing the file")
      return try rows.outcomes(of: lines)
    } to: { bytes in
      try output.write(bytes)
    }
    try await file.writeEnd { try output.write($0) }
    try output.finish()
  }

  // MARK: What is told

  private static let shownIssues = 1_000
  /// Rows of which those of one item become one object.
  private static let rowsTogether = 50_000
  /// Bytes of their text; a single row may have more.
  private static let textBytesTogether = 8 << 20

  private func show(_ json: [UInt8]) { Terminal.output.write(String(decoding: json, as: UTF8.self)) }

  private func report(_ check: FeedCheck, _ issues: [RowIssue]) {
    let out = outputs.useStandardOutput ? Terminal.errors : Terminal.output
    let good = check.rows - check.failedRows
    if check.rows > 0 || check.error == nil {
      out.print("\(pieces.name): \(check.rows) rows, \(good) good, \(check.failedRows) failed")
    }
    var table = TextTable("LINE", "COLUMN", "VALUE", "SEVERITY", "CODE", "WHAT TO DO")
    for issue in issues {
      table.add([
        String(issue.line), issue.column, issue.value, issue.severity.rawValue, issue.code,
        issue.hint.isEmpty ? issue.description : issue.hint,
      ])
    }
    if !issues.isEmpty { out.write(table.text()) }
    var notes = TextTable([
      ("NOTE", .left), ("COUNT", .right), ("COLUMN", .left), ("SEVERITY", .left), ("WHAT WAS UNDERSTOOD", .left),
      ("FIRST", .left),
    ])
    for note in check.notes {
      let first = note.examples.first.map { "row \($0.line)" + ($0.value.isEmpty ? "" : ": \($0.value)") }
      notes.add([
        note.code, String(note.count), note.column, note.severity.rawValue, note.description, first ?? "",
      ])
    }
    if !check.notes.isEmpty { out.write(notes.text()) }
    if let error = check.error {
      // A sentence may name cells of the header as they are.
      let problem = StartError(
        "\(pieces.name): \(error.sentence.withoutControls)", hint: error.hint.withoutControls)
      Terminal.errors.print("error: \(problem)")
    }
  }

  private func write(_ rows: RowBatch, to output: OutputFile) throws {
    for item in RowMerger.merge(rows) {
      var writer = JSONWriter()
      writer.beginObject()
      writer.field("gtin", item.submittedGTIN)
      writer.field("gtin14", item.gtin.text14)
      writer.name("attributes")
      writer.raw(item.attributes)
      writer.endObject()
      try output.write(writer.bytes + [0x0A])
    }
  }
}
