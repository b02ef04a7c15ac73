/// Decides from a file's first bytes how it is written.
enum DialectSniffer {
  /// - Parameters:
  ///   - window: the file's first bytes, 64 KiB if it has as many.
  ///   - delimiter: nil to decide by the window.
  ///   - fit: how well a row would do as the header: how many of the wanted columns it names.
  static func dialect(
    of window: ArraySlice<UInt8>, delimiter: UInt8? = nil, limits: GridLimits = GridLimits(),
    fit: ((GridRow) -> Int)? = nil
  ) -> CSVDialect {
    var dialect = CSVDialect()
    let text = withoutMark(window)
    dialect.hasByteOrderMark = text.count < window.count
    dialect.encoding = encoding(of: window)
    let separator = SeparatorLine(of: text, dialect.encoding)
    dialect.hasSeparatorLine = separator != nil
    var decoded: [UInt8] = []
    var decoder = TextDecoder(dialect.encoding)
    decoder.decode(text.dropFirst(separator?.length ?? 0), into: &decoded)
    // A `sep=` line that a careless export put above other cells names no delimiter that finds the header.
    dialect.delimiter =
      delimiter
      ?? fit.flatMap { DelimiterSniffer.delimiter(of: decoded, fit: $0, first: separator?.delimiter, limits: limits) }
      ?? separator?.delimiter ?? DelimiterSniffer.delimiter(of: decoded[...])
    return dialect
  }

  /// The bytes behind the byte order mark, if there is one.
  static func withoutMark(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { return text.dropFirst(3) }
    if text.starts(with: [0xFF, 0xFE]) || text.starts(with: [0xFE, 0xFF]) { return text.dropFirst(2) }
    return text
  }

  /// UTF-16 without a mark shows in every other byte being zero.
  static func encoding(of window: ArraySlice<UInt8>) -> TextEncoding {
    if window.starts(with: [0xEF, 0xBB, 0xBF]) { return .utf8 }
    if window.starts(with: [0xFF, 0xFE]) { return .utf16LittleEndian }
    if window.starts(with: [0xFE, 0xFF]) { return .utf16BigEndian }
    var zeros = (even: 0, odd: 0)
    for (place, byte) in window.enumerated() where byte == 0 {
      if place % 2 == 0 { zeros.even += 1 } else { zeros.odd += 1 }
    }
    let pairs = window.count / 2
    if zeros.odd * 3 > pairs, zeros.even * 20 < pairs { return .utf16LittleEndian }
    if zeros.even * 3 > pairs, zeros.odd * 20 < pairs { return .utf16BigEndian }
    return bytes(of: window)
  }

  /// What most characters beyond ASCII are: a few broken ones make no other encoding of all the others.
  private static func bytes(of window: ArraySlice<UInt8>) -> TextEncoding {
    var (well, ill, at) = (0, 0, window.startIndex)
    while let start = window[at...].firstIndex(where: { $0 >= 0x80 }) {
      let rest = window[start...].prefix(4)
      // The window's end may have cut it.
      if rest.endIndex == window.endIndex, UTF8Sequence.isIncomplete(rest) { break }
      let length = UTF8Sequence.length(rest)
      if length == nil { ill += 1 } else { well += 1 }
      at = start + (length ?? 1)
    }
    return well > ill ? .utf8 : well < ill ? .windows1252 : .undecided
  }
}
