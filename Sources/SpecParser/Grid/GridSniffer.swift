/// Sees from a file's first bytes whether it can be a grid at all.
public enum GridSniffer {
  /// Bytes that are worth giving to `check`.
  public static let window = GridLimits().sniffedBytes

  /// What is wrong with a file that begins with `firstBytes`, as far as they show it.
  /// - Parameter isWhole: whether they are the whole file.
  public static func check(
    _ firstBytes: [UInt8], isWhole: Bool = false, limits: GridLimits = GridLimits()
  ) -> FeedParserError? {
    if firstBytes.isEmpty { return isWhole ? .empty : nil }
    // What a workbook is, or what else is in its cover, shows at its end.
    if WorkbookSniffer.kind(of: firstBytes) != nil { return isWhole ? checkWorkbook(firstBytes, limits) : nil }
    for (signature, kind, hint) in signatures where firstBytes.starts(with: signature) {
      return hint.map { .notAGrid(kind, hint: $0) } ?? .notAGrid(kind)
    }
    var decoded: [UInt8] = []
    var decoder = TextDecoder(DialectSniffer.encoding(of: firstBytes[...]))
    decoder.decode(DialectSniffer.withoutMark(firstBytes[...]), into: &decoded)
    let text = decoded[...].trimmed
    guard let first = text.first else { return isWhole ? .empty : nil }
    if first == UInt8(ascii: "<") { return .notAGrid("an HTML or XML page") }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return .notAGrid("JSON or RTF") }
    // A few control characters are their cells' matter; broken exports pad with NULs. Where they are many it is no text.
    let odd = text.prefix(window).count(where: isBinary)
    let zeros = text.prefix(window).count { $0 == 0 }
    return (odd - zeros) * 50 > text.count || zeros * 10 > text.count ? .notAGrid("binary") : nil
  }

  private static func checkWorkbook(_ bytes: [UInt8], _ limits: GridLimits) -> FeedParserError? {
    var reader = WorkbookReader(limits: limits)
    var rows = GridRows()
    do {
      try reader.read(bytes, into: &rows)
      _ = try reader.finish(into: &rows)
      return nil
    } catch {
      // A disk that is full is no fault of the file, and is met again when the file is read.
      return error.isSystemFault ? nil : error
    }
  }

  /// The same, and whether the header is there and complete. A workbook shows it only as a whole; reading it blocks.
  public static func check(
    _ firstBytes: [UInt8], spec: Spec, isWhole: Bool, limits: GridLimits = GridLimits()
  ) -> FeedParserError? {
    var parser = FeedParser(spec: spec, limits: limits)
    var batch = RowBatch()
    do {
      try parser.feed(chunk: firstBytes, into: &batch)
      if isWhole { while try parser.finish(into: &batch), batch.isEmpty {} }
      return nil
    } catch {
      // A disk that is full is no fault of the file, and is met again when the file is read.
      return error.isSystemFault ? nil : error
    }
  }

  /// Control characters that no text file has.
  private static func isBinary(_ byte: UInt8) -> Bool {
    byte < 0x09 || (byte >= 0x0E && byte < 0x20 && byte != 0x1A && byte != 0x1B)
  }

  private static let signatures: [(signature: [UInt8], kind: String, hint: String?)] = [
    (Array("%PDF".utf8), "a PDF document", nil),
    ([0x1F, 0x8B], "compressed by gzip", "Send the grid itself, not compressed."),
    ([0x89, 0x50, 0x4E, 0x47], "an image", nil),
    ([0xFF, 0xD8, 0xFF], "an image", nil),
  ]
}
