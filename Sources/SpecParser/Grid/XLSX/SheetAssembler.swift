internal import ScratchFiles
internal import XMLReader

/// Makes rows of what stands in a sheet's XML.
///
/// Merged cells: only the first of them has a value in the file, and only it has one here. To give it to the others
/// would invent cells that the merchant did not fill; and where cells are merged, the file says behind the last row.
struct SheetAssembler: ~Copyable {
  /// Whether to go on.
  enum Wish { case none, suspend, stop }

  /// What a cell says of its value.
  private enum CellKind { case number, shared, text, boolean, moment }

  /// Rows and bytes that are worth handing over.
  private static let batchRows = 512
  private static let batchSize = 4 << 20
  /// A spreadsheet's own limit: a sheet with more could not go back to its sender.
  private static let maxRows = 1_048_576
  private static let maxColumns = 16_384

  var rows = GridRows()
  var wish = Wish.none
  private(set) var failure: FeedParserError?
  /// Whether all rows were read.
  private(set) var isAtEnd = false

  private let context: SheetContext
  private var value: CellText
  private var numbers: NumberWriter
  private var isInData = false
  private var isInRow = false
  private var isInCell = false
  private var isInExtension = false
  private var isCollecting = false
  private var isPhonetic = false
  private var looks = TextLooks()
  /// Columns, from 0, that the sheet does not show.
  private(set) var hiddenColumns: [ClosedRange<Int>] = []
  private var isHidden = false
  /// The row's number, from 1.
  private var line = 0
  /// Cells that the row has so far.
  private var rowCells = 0
  /// The cell's column, from 0; the last one's between cells.
  private var column = -1
  private var style = 0
  private var kind = CellKind.number
  private var hasFormula = false
  private var hasValue = false
  private var cells = 0
  /// Bytes of the cells so far: a short cell may name a long text, and many cells the same one.
  private var textBytes = 0
  private var batch = (rows: 0, size: 0)

  init(_ context: SheetContext) {
    self.context = context
    value = CellText(limit: context.limits.maxCellBytes)
    numbers = NumberWriter(isFrom1904: context.isFrom1904)
  }

  mutating func start(_ name: Int, _ attributes: XMLAttributes) {
    let word = WorkbookWord(rawValue: name)
    switch word {
    case .c where isInData:
      // Nothing would end the row of a cell that stands in none.
      if isInRow, !isInCell { beginCell(attributes) } else { failNested("a cell") }
    // What later programs say of a cell is none of its value.
    case .v, .f, .t, .is: if !isInExtension { startPart(of: name) }
    case .row where isInData: if isInRow { failNested("a row") } else { beginRow(attributes) }
    case .rPh: isPhonetic = true
    case .r, .strike, .vertAlign: if isInCell { looks.start(word, attributes) }
    case .extLst: isInExtension = true
    case .col where line == 0: takeColumns(attributes)
    case .sheetData: isInData = true
    default: break
    }
  }

  /// One of the parts that a cell's value has.
  @inline(__always)
  private mutating func startPart(of name: Int) {
    switch WorkbookWord(rawValue: name) {
    case .v:
      isCollecting = true
      hasValue = true
    case .f: hasFormula = true
    case .t: isCollecting = !isPhonetic
    case .is:
      kind = .text
      hasValue = true
    default: break
    }
  }

  mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard isCollecting else { return }
    value.append(bytes)
    if looks.part != nil { looks.take(bytes) }
    // The rest of it may be very long.
    if value.isCut { fail(.cellTooLarge(line: line, limit: context.limits.maxCellBytes, hasQuotes: false)) }
  }

  mutating func end(_ name: Int) {
    switch WorkbookWord(rawValue: name) {
    case .v, .t: isCollecting = false
    case .c where isInCell:
      isInCell = false
      endCell()
    case .row where isInRow:
      isInRow = false
      endRow()
    case .rPh: isPhonetic = false
    case .r: looks.endPart()
    case .extLst: isInExtension = false
    case .sheetData:
      isInData = false
      isAtEnd = true
      wish = .stop
    default: break
    }
  }

  /// Takes what is said of a stretch of columns.
  private mutating func takeColumns(_ attributes: XMLAttributes) {
    guard attributes.flag(.hidden), hiddenColumns.count < SheetAssembler.maxColumns,
      let first = attributes.text(.firstColumn).flatMap({ Int($0) }),
      let last = attributes.text(.lastColumn).flatMap({ Int($0) }),
      1 <= first, first <= last
    else { return }
    hiddenColumns.append(first - 1...last - 1)
  }

  private mutating func beginRow(_ attributes: XMLAttributes) {
    var next = line + 1
    isHidden = false
    for index in 0..<attributes.count {
      switch WorkbookWord(rawValue: attributes.word(index)) {
      case .r: next = SheetAssembler.number(attributes.value(index)) ?? 0
      case .hidden: isHidden = attributes.flag(.hidden)
      default: break
      }
    }
    if next <= line { return fail(.outOfOrder(line: line)) }
    line = next
    isInRow = true
    rowCells = 0
    column = -1
  }

  private mutating func endRow() {
    // A row of blank cells is as good as none, but for its number.
    guard rowCells > 0 else { return }
    if isHidden { rows.doubtLastCell(.hidden) }
    rows.endRow(line: line)
    batch.rows += 1
    batch.size += rowCells * 16
    if batch.rows >= SheetAssembler.batchRows || batch.size >= SheetAssembler.batchSize {
      batch = (0, 0)
      wish = .suspend
    }
  }

  private mutating func beginCell(_ attributes: XMLAttributes) {
    let last = column
    isInCell = true
    column += 1
    style = 0
    kind = .number
    hasFormula = false
    hasValue = false
    value.removeAll()
    for index in 0..<attributes.count {
      switch WorkbookWord(rawValue: attributes.word(index)) {
      case .r: column = SheetAssembler.column(attributes.value(index)) ?? column
      case .s: style = SheetAssembler.number(attributes.value(index)) ?? 0
      case .t: kind = SheetAssembler.kind(attributes.value(index))
      default: break
      }
    }
    if column <= last { fail(.outOfOrder(line: line)) }
  }

  private mutating func endCell() {
    if hasFormula, isUncomputed { takeUncomputed() }
    // Blank cells may be there by the million, for their format alone.
    guard value.count > 0, failure == nil else { return }
    let limits = context.limits
    if line > SheetAssembler.maxRows { return fail(.workbookLimit("it has a row \(line)")) }
    if column >= limits.maxColumns { return fail(.tooManyColumns(line: line, limit: limits.maxColumns)) }
    cells += column + 1 - rowCells
    if cells > context.maxCells { return fail(.tooManyCells(line: line, limit: context.maxCells)) }
    while rowCells < column {
      rows.endCell()
      rowCells += 1
    }
    let start = rows.bytes.count
    appendValue()
    let size = rows.bytes.count - start
    if size > limits.maxCellBytes {
      return fail(.cellTooLarge(line: line, limit: limits.maxCellBytes, hasQuotes: false))
    }
    rows.endCell()
    if let doubt = looks.doubt {
      rows.doubtLastCell(doubt)
      looks.doubt = nil
    }
    rowCells += 1
    batch.size += size
    textBytes += size
    if textBytes > limits.workbook.maxSheetBytes {
      let limit = "its cells have more than \(limits.workbook.maxSheetBytes) bytes together"
      return fail(.workbookLimit(limit))
    }
    if rows.openRowSize > limits.maxRowBytes {
      fail(.rowTooLarge(line: line, limit: limits.maxRowBytes, hasQuotes: false))
    }
  }

  private mutating func appendValue() {
    switch kind {
    case .number:
      let format = style < context.formats.count ? context.formats[style] : .general
      numbers.append(value.bytes, format, to: &rows.bytes)
    case .shared: appendShared()
    case .text:
      value.unescape()
      rows.bytes.append(contentsOf: value.bytes)
    case .boolean:
      let text = value.bytes.trimmed
      let isTrue = text.elementsEqual([UInt8(ascii: "1")]) || text.equalsIgnoringCase("true")
      rows.bytes.append(contentsOf: (isTrue ? "TRUE" : "FALSE").utf8)
    case .moment: rows.bytes.append(contentsOf: IsoMoment.shown(value.bytes))
    }
  }

  /// Whether nothing has computed the formula's value yet. An empty text that a formula gives has the type of a text.
  private var isUncomputed: Bool {
    if !hasValue || value.count == 0 && kind == .number { return true }
    return context.isUncomputed && kind == .number && value.bytes.elementsEqual([.zero])
  }

  /// To take the cell for an empty one, or for a zero, would lose it in silence.
  private mutating func takeUncomputed() {
    kind = .text
    value.removeAll()
    Array(Placeholder.uncomputed.utf8).withUnsafeBufferPointer { value.append($0) }
  }

  private mutating func appendShared() {
    do throws(ScratchFileError) {
      let index = SheetAssembler.number(value.bytes.trimmed)
      guard let index, try context.strings.copy(index, to: &rows.bytes, doubt: &looks.doubt) else {
        return fail(.damagedWorkbook("a cell of row \(line) names a text that is not there"))
      }
    } catch {
      fail(FeedParserError(error))
    }
  }

  private mutating func failNested(_ what: String) {
    fail(.damagedWorkbook("\(what) stands where none may, at row \(line)"))
  }

  private mutating func fail(_ error: FeedParserError) {
    if failure == nil { failure = error }
    wish = .stop
  }
}

extension SheetAssembler {
  /// The column of a cell's name such as `AB12`, from 0.
  @inline(__always)
  private static func column(_ name: UnsafePointer<UInt8>) -> Int? {
    var (column, at) = (0, 0)
    while name[at].isLetter, at < 4 {
      column = column * 26 + Int(name[at].lowercased - 0x60)
      at += 1
    }
    return at > 0 && at < 4 ? column - 1 : nil
  }

  /// A number that ends with a zero byte.
  @inline(__always)
  private static func number(_ text: UnsafePointer<UInt8>) -> Int? {
    var (number, at) = (0, 0)
    while text[at].isDigit, at < 10 {
      number = number * 10 + Int(text[at] - .zero)
      at += 1
    }
    return at > 0 && text[at] == 0 ? number : nil
  }

  private static func number(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    guard !text.isEmpty, text.count <= 10 else { return nil }
    var number = 0
    for byte in text {
      guard byte.isDigit else { return nil }
      number = number * 10 + Int(byte - .zero)
    }
    return number
  }

  /// Of `s`, `str`, `inlineStr`, `b`, `e`, `d`, `n`: errors are their text, such as `#N/A`.
  @inline(__always)
  private static func kind(_ text: UnsafePointer<UInt8>) -> CellKind {
    switch text[0] {
    case UInt8(ascii: "s"): text[1] == 0 ? .shared : .text
    case UInt8(ascii: "b"): .boolean
    case UInt8(ascii: "d"): .moment
    case UInt8(ascii: "n"): .number
    default: .text
    }
  }
}
