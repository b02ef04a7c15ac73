internal import XMLReader
internal import ZipReader

/// The archive that a workbook is, and its parts.
final class WorkbookPackage {
  /// Bytes that are inflated and parsed at once.
  private static let pieceSize = 64 * 1024

  private let archive: ZipArchive
  private let entries: [String: ZipEntry]
  private let limits: WorkbookLimits
  private var inflated = 0
  private let piece: UnsafeMutableRawBufferPointer

  init(path: String, limits: WorkbookLimits) throws(FeedParserError) {
    do throws(ZipError) {
      archive = try ZipArchive(path: path)
    } catch {
      throw FeedParserError(error, part: "directory")
    }
    // Of equal names the first counts, as it does for spreadsheets.
    entries = Dictionary(archive.entries.map { (PartName.key($0.name), $0) }, uniquingKeysWith: { first, _ in first })
    self.limits = limits
    // Last: what throws before it leaves no object that would give it back.
    piece = .allocate(byteCount: WorkbookPackage.pieceSize, alignment: 16)
  }

  deinit { piece.deallocate() }

  func has(_ part: String) -> Bool { entries[PartName.key(part)] != nil }

  /// Opens a part as a document.
  func open(_ part: String, _ handler: XMLHandler, limit: Int) throws(FeedParserError) -> WorkbookPart {
    guard let entry = entries[PartName.key(part)] else { throw .damagedWorkbook("its part \(part) is missing") }
    let stream: ZipStream
    do throws(ZipError) {
      stream = try archive.open(entry, limit: limit)
    } catch {
      throw FeedParserError(error, part: part)
    }
    return try WorkbookPart(part, stream, handler, in: self)
  }

  /// Reads a document to its end.
  func read(_ part: String, _ handler: PartHandler) throws(FeedParserError) {
    let part = try open(part, handler, limit: limits.maxPartBytes)
    while try part.advance() != .stopped {}
    if let failure = handler.failure { throw failure }
  }

  /// The relationships of a part; none when it has no list of them.
  func relationships(of part: String) throws(FeedParserError) -> [RelationshipsHandler.Relationship] {
    let list = PartName.relationships(of: part)
    guard has(list) else { return [] }
    let handler = RelationshipsHandler()
    try read(list, handler)
    return handler.relationships
  }

  /// The next bytes of a part, until the next call.
  func inflate(_ stream: ZipStream, part: String) throws(FeedParserError) -> UnsafeRawBufferPointer {
    do throws(ZipError) {
      let count = try stream.read(into: piece)
      inflated += count
      if inflated > limits.maxTotalBytes { throw .tooLarge(limit: limits.maxTotalBytes) }
      return UnsafeRawBufferPointer(rebasing: piece[..<count])
    } catch {
      throw FeedParserError(error, part: part)
    }
  }

  /// What this is if it is no workbook of ours.
  var otherFormat: FeedParserError {
    if has("xl/workbook.bin") { return .xlsb }
    if has("word/document.xml") { return .document("a text document (DOCX)") }
    if has("ppt/presentation.xml") { return .document("a presentation (PPTX)") }
    if has("mimetype") || has("META-INF/manifest.xml") && has("content.xml") { return .ods }
    return .noWorkbook
  }
}
