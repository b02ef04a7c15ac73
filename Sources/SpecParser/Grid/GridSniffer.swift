/// Sees from a file's first bytes whether it can be a grid at all.
public enum GridSniffer {
  /// Bytes that are worth giving to `check`.
  public static let window = GridLimits().sniffedBytes

  /// What is wrong with a file that begins with `firstBytes`, as far as they show it.
  /// - Parameter isWhole: whether they are the whole file.
  static func check(_ firstBytes: [UInt8], isWhole: Bool) -> FeedParserError? {
    if firstBytes.isEmpty { return isWhole ? .empty : nil }
    // What a workbook is, or what else is in its cover, shows at its end: who reads it tells it.
    if WorkbookSniffer.kind(of: firstBytes) != nil { return nil }
    for (signature, kind, hint) in signatures where firstBytes.starts(with: signature) {
      return hint.map { .notAGrid(kind, hint: $0) } ?? .notAGrid(kind)
    }
    var decoded: [UInt8] = []
    var decoder = TextDecoder(DialectSniffer.encoding(of: firstBytes[...]))
    decoder.decode(DialectSniffer.withoutMark(firstBytes[...]), into: &decoded)
    let text = decoded[...].trimmed
    guard let first = text.first else { return isWhole ? .empty : nil }
    let next = text.dropFirst().trimmed.first ?? 0
    // Letterheads begin with brackets, too.
    if first == UInt8(ascii: "<"), next.isLetter || next == UInt8(ascii: "!") || next == UInt8(ascii: "?") {
      return .notAGrid("an HTML or XML page")
    }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "["), #""{[\]}"#.utf8.contains(next) {
      return .notAGrid("JSON or RTF")
    }
    // A few control characters are their cells' matter; broken exports pad with NULs. Where they are many it is no text.
    let odd = text.prefix(window).count(where: isBinary)
    let zeros = text.prefix(window).count { $0 == 0 }
    return (odd - zeros) * 50 > text.count || zeros * 10 > text.count ? .notAGrid("binary") : nil
  }

  /// What is wrong with a file that begins with `firstBytes`, as far as they show it, and whether the header is there and
  /// complete. A workbook shows it only as a whole; reading it blocks.
  /// - Parameter isWhole: whether they are the whole file.
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
    (Array("Rar!".utf8), "a RAR archive", "Send the grid itself, not packed."),
    ([0x37, 0x7A, 0xBC, 0xAF], "a 7z archive", "Send the grid itself, not packed."),
    (Array("PAR1".utf8), "a Parquet file", nil),
    (Array("ID;P".utf8), "a SYLK file", nil),
    (Array("MIME-Version:".utf8), "a web page in a single file", nil),
    ([0x89, 0x50, 0x4E, 0x47], "an image", nil),
    ([0xFF, 0xD8, 0xFF], "an image", nil),
  ]
}
