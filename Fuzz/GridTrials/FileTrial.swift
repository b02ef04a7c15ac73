internal import ScratchFiles
internal import SpecParser
internal import WorkbookWriter

/// A file is scanned and read in two ways, which must agree.
struct FileTrial {
  private let file: [UInt8]
  private let options: FileOptions

  init(file: [UInt8], options: FileOptions) {
    self.options = options
    var file = file
    if options.extra == .repeated, !FileTrial.isArchive(file) {
      let last = file.suffix(200).split(separator: 0x0A).last.map(Array.init) ?? []
      for _ in 0..<1_200 { file += [0x0A] + last }
    }
    self.file = file
  }

  func run() throws {
    let reading = try read(options.pieces.0)
    try reading.check()
    // A workbook is read when all of it has come, whatever the pieces were, and takes longer.
    if !FileTrial.isArchive(file) || options.number % 8 == 0 {
      try sniff(reading)
      let other = try read(options.pieces.1)
      try demand(reading == other, "pieces of \(options.pieces) differ: \(difference(reading, other))")
    }
    switch options.extra {
    case .nothing, .repeated: break
    case .resumed: try resume(reading)
    case .errorFile: try writeErrors(reading)
    }
  }

  private func read(_ size: Int, firstRow: Int = 0) throws -> WholeReading {
    // Byte by byte is for small files.
    try WholeReading(
      file, spec: options.spec, size: file.count > 20_000 ? max(size, 500) : size, limits: options.limits,
      firstRow: firstRow)
  }

  private func resume(_ reading: WholeReading) throws {
    let first = options.number
    let rest = try read(options.pieces.1, firstRow: first)
    try demand(rest.rows == Array(reading.rows.dropFirst(first)), "from row \(first) on there are other rows")
  }

  private static func isArchive(_ file: [UInt8]) -> Bool { file.starts(with: [0x50, 0x4B]) }

  /// What the first bytes show is what the reading finds.
  private func sniff(_ reading: WholeReading) throws {
    let window = Array(file.prefix(options.limits.sniffedBytes))
    let isWhole = window.count == file.count
    let found = GridSniffer.check(window, spec: options.spec, isWhole: isWhole, limits: options.limits)
    // Of a workbook whatever is broken behind its first rows is left to the reading.
    let mayMiss = !isWhole || FileTrial.isArchive(file)
    try demand(
      found == reading.error || mayMiss && found == nil,
      "sniffed: \(found as Any), read: \(reading.error as Any)")
  }

  // MARK: Errors

  private func writeErrors(_ reading: WholeReading) throws {
    guard reading.error == nil else { return }
    let scope = options.number % 2 == 0 ? ErrorFile.Scope.all : .failed
    let written: [UInt8]
    do {
      written = try errors(of: reading, scope)
    } catch let error as WorkbookError where error.code == .outOfSheet {
      // There is no room for another column.
      return
    }
    // What characters were lost cannot come back, nor can what only fewer bytes tell about the file.
    guard isText, options.limits.sniffedBytes == GridLimits().sniffedBytes else { return }
    let again = try WholeReading(written, spec: options.spec, size: options.pieces.1, limits: GridLimits())
    // A row of words that stands first when the good ones are gone is taken for one that describes the columns.
    let descriptions = again.notes.first { $0.code == "definition_row" }?.count ?? 0
    let wanted =
      scope == .all ? reading.rows[...] : reading.rows.filter { $0.attributes == nil }.dropFirst(descriptions)
    let text = String(decoding: written, as: UTF8.self)
    if wanted.isEmpty {
      return try demand(again.error?.code == "no_rows", "of no rows came back \(again.rows.count): \(text)")
    }
    try demand(again.error == nil, "what was written is refused: \(again.error as Any): \(text)")
    try demand(
      again.rows.map(\.submitted) == wanted.map(\.submitted), "\(wanted.map(\.submitted)) came back as \(text)")
    // A row that was cut off is whole when it is written, and its cells are quoted well.
    let mended = ["row_cut", "text_behind_quote"]
    let isMended = reading.rows.contains { $0.issues.contains { mended.contains($0.code) } }
    guard scope == .all, !isMended else { return }
    try demand(again.rows.map(\.line) == wanted.map(\.line), "rows have moved: \(text)")
    try demand(again.rows.map(\.attributes) == wanted.map(\.attributes), "rows mean something else: \(text)")
  }

  private var isText: Bool {
    let isPlain = file.allSatisfy { $0 >= 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    return isPlain && String(validating: file, as: UTF8.self) != nil || FileTrial.isArchive(file)
  }

  /// The file with what became of its rows.
  private func errors(of reading: WholeReading, _ scope: ErrorFile.Scope) throws -> [UInt8] {
    let outcomes = Dictionary(uniqueKeysWithValues: reading.rows.map { ($0.line, RowOutcome($0)) })
    var file = ErrorFile(spec: options.spec, scope: scope, limits: options.limits)
    var bytes: [UInt8] = []
    for piece in Pieces(self.file, options.pieces.0) {
      try file.read(piece)
      bytes += try file.write(outcomes)
    }
    var mayHaveMore = true
    while mayHaveMore {
      mayHaveMore = try file.finish()
      bytes += try file.write(outcomes)
    }
    guard let workbook = try file.end() else { return bytes }
    return try workbook.read(at: 0, atMost: workbook.count)
  }

  private func difference(_ one: WholeReading, _ other: WholeReading) -> String {
    if one.error != other.error { return "\(one.error as Any), \(other.error as Any)" }
    if one.notes != other.notes { return "\(one.notes), \(other.notes)" }
    for (row, twin) in zip(one.rows, other.rows) where row != twin { return "\(row), \(twin)" }
    return "\(one.rows.count) rows, \(other.rows.count) rows"
  }
}

extension RowOutcome {
  fileprivate init(_ row: WholeReading.Row) {
    let isFailed = row.attributes == nil
    self.init(
      status: isFailed ? "DATA_ERROR" : "SUCCESS", isFailed: isFailed,
      issues: row.issues.map { issue in
        Issue(
          severity: issue.severity, code: issue.code, column: issue.column, description: issue.description,
          hint: issue.hint)
      })
  }
}
