internal import ScratchFiles
internal import XMLReader

/// Reads the table of shared strings: of rich text the runs one after another, without the phonetic guide.
final class SharedStringsHandler: PartHandler {
  private let strings: SharedStrings
  private var text: CellText
  private var looks = TextLooks()
  private var isInText = false
  private var isPhonetic = false

  /// - Parameter maxCellBytes: longer strings are cut one byte behind it, which is enough to refuse a cell that uses them.
  init(_ strings: SharedStrings, maxCellBytes: Int) {
    self.strings = strings
    text = CellText(limit: maxCellBytes + 1)
  }

  /// Ends the table.
  func close() throws(FeedParserError) {
    do throws(ScratchFileError) { try strings.close() } catch { throw FeedParserError(error) }
  }

  override func startElement(_ name: Int, _ attributes: XMLAttributes) {
    let word = WorkbookWord(rawValue: name)
    switch word {
    case .si:
      text.removeAll()
      looks = TextLooks()
    case .r, .strike, .vertAlign: looks.start(word, attributes)
    case .t: isInText = !isPhonetic
    case .rPh: isPhonetic = true
    default: break
    }
  }

  override func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard isInText else { return }
    text.append(bytes)
    if looks.part != nil { looks.take(bytes) }
  }

  override func endElement(_ name: Int) {
    switch WorkbookWord(rawValue: name) {
    case .si:
      do throws(ScratchFileError) {
        // Escapes make a string shorter, and one that was cut must stay too long.
        if !text.isCut { text.unescape() }
        try strings.append(text.bytes, doubt: looks.doubt)
      } catch {
        fail(FeedParserError(error))
      }
    case .t: isInText = false
    case .r: looks.endPart()
    case .rPh: isPhonetic = false
    default: break
    }
  }
}
