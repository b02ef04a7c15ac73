/// How a file of comma-separated values is written.
public struct CSVDialect: Sendable, Equatable {
  /// What divides cells.
  public var delimiter: UInt8
  /// What the characters are.
  public var encoding: TextEncoding
  /// Whether the file begins with `sep=;` or the like, which spreadsheets read and people do not see.
  public var hasSeparatorLine: Bool
  /// Whether the file begins with a byte order mark.
  public var hasByteOrderMark: Bool

  public init(
    delimiter: UInt8 = UInt8(ascii: ","), encoding: TextEncoding = .utf8, hasSeparatorLine: Bool = false,
    hasByteOrderMark: Bool = false
  ) {
    self.delimiter = delimiter
    self.encoding = encoding
    self.hasSeparatorLine = hasSeparatorLine
    self.hasByteOrderMark = hasByteOrderMark
  }
}

/// What the characters of a text file are.
public enum TextEncoding: String, Sendable, CaseIterable {
  case utf8 = "utf-8"
  /// UTF-8, or Windows-1252: the first character beyond ASCII that comes decides.
  case undecided
  case windows1252 = "windows-1252"
  case utf16LittleEndian = "utf-16le"
  case utf16BigEndian = "utf-16be"
}
