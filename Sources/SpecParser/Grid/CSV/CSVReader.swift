/// Reads comma-separated values (RFC 4180) and what spreadsheets make of them: `;`, tab or `|` for the comma, LF or CR
/// alone at the end of a line, a byte order mark, UTF-16 and Windows-1252, a first line `sep=;`, rows of different
/// lengths, a space before a quote, and text behind a closing quote, which is taken as it stands and told.
public struct CSVReader: GridReader {
  private let limits: GridLimits
  private let declared: UInt8?
  private var scanner: CSVScanner?
  private var decoder = TextDecoder(.utf8)
  private var held: [UInt8] = []
  /// Told once, with the first cell that has a letter beyond ASCII.
  private var legacyNote: FeedNote?
  private var cutNote: FeedNote?
  /// How the file is written, once that is decided.
  public private(set) var dialect: CSVDialect?

  /// What the characters are, as far as the bytes so far have told.
  public var encoding: TextEncoding? { scanner == nil ? dialect?.encoding : decoder.encoding }

  public var notes: [FeedNote] { [legacyNote, cutNote].compactMap(\.self) }

  public var cellsMayShift: Bool { true }

  public var hiddenColumns: [ClosedRange<Int>] { [] }

  public var emptyProblem: FeedParserError { .empty }

  /// - Parameter delimiter: nil to decide by the first bytes, as many as the limits say.
  public init(delimiter: UInt8? = nil, limits: GridLimits = GridLimits()) {
    self.limits = limits
    declared = delimiter
  }

  /// A reader of a file whose dialect is known.
  public init(dialect: CSVDialect, limits: GridLimits = GridLimits()) {
    self.init(delimiter: dialect.delimiter, limits: limits)
    self.dialect = dialect
  }

  public mutating func read(_ chunk: [UInt8], into rows: inout GridRows) throws(FeedParserError) {
    if scanner != nil { return try scan(chunk[...], into: &rows) }
    held += chunk
    if held.count >= (dialect == nil ? limits.sniffedBytes : CSVReader.beginning) { try begin(into: &rows) }
  }

  public mutating func finish(into rows: inout GridRows) throws(FeedParserError) -> Bool {
    if scanner == nil { try begin(into: &rows) }
    let isCut = decoder.finish(into: &rows.bytes)
    defer { noteLegacy(rows) }
    try scanner?.scan(&rows)
    try scanner?.finish(&rows)
    if isCut { noteCut(&rows) }
    return false
  }

  /// Bytes in which a byte order mark and a `sep=` line are to be found.
  private static let beginning = 64

  private mutating func begin(into rows: inout GridRows) throws(FeedParserError) {
    let dialect = self.dialect ?? DialectSniffer.dialect(of: held.prefix(limits.sniffedBytes), delimiter: declared)
    self.dialect = dialect
    decoder = TextDecoder(dialect.encoding)
    let scanner = CSVScanner(delimiter: dialect.delimiter, limits: limits)
    var text = DialectSniffer.withoutMark(held[...])
    if dialect.hasSeparatorLine {
      // No spreadsheet shows this line, nor counts it.
      text = text.dropFirst(SeparatorLine(of: text, dialect.encoding)?.length ?? 0)
    }
    self.scanner = scanner
    let first = Array(text)
    held = []
    try scan(first[...], into: &rows)
  }

  private mutating func scan(_ chunk: ArraySlice<UInt8>, into rows: inout GridRows) throws(FeedParserError) {
    decoder.decode(chunk, into: &rows.bytes)
    defer { noteLegacy(rows) }
    try scanner?.scan(&rows)
  }

  private mutating func noteCut(_ rows: inout GridRows) {
    if rows.end == .amidLine { rows.end = .amidCharacter }
    cutNote = FeedNote(
      code: "file_cut", column: "", field: "",
      description: "The file ends amid a character: look whether rows are missing at its end.", count: 1,
      examples: [FeedNote.Example(line: max((scanner?.line ?? 1) - 1, 1), value: "")])
  }

  /// Every byte is a letter of Windows-1252, also where another old encoding was meant.
  private mutating func noteLegacy(_ rows: GridRows) {
    guard decoder.encoding == .windows1252, legacyNote == nil else { return }
    for index in 0..<rows.count {
      let row = rows[index]
      guard let cell = (0..<row.count).first(where: { row[$0].contains { $0 >= 0x80 } }) else { continue }
      legacyNote = FeedNote(
        code: "windows_1252", column: "", field: "",
        description:
          "The file is not UTF-8; its letters were read as Windows-1252. If they are wrong, save it as CSV UTF-8.",
        count: 1, examples: [FeedNote.Example(line: row.line, value: row[cell].trimmed.excerpt)])
      return
    }
  }
}
