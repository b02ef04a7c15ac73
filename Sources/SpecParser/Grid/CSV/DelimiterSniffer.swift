/// Decides by which character a file's cells are divided.
enum DelimiterSniffer {
  static let delimiters: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")]

  /// The one with which some row names most of the wanted columns; nil when none names two.
  /// - Parameter first: one that is tried before the usual ones.
  static func delimiter(
    of text: [UInt8], fit: (GridRow) -> Int, first: UInt8? = nil, limits: GridLimits
  ) -> UInt8? {
    var best = (delimiter: UInt8(ascii: ","), found: 1)
    for delimiter in (first.map { [$0] } ?? []) + delimiters {
      var rows = GridRows()
      var scanner = CSVScanner(delimiter: delimiter, limits: limits)
      rows.bytes = text
      // A wrong delimiter makes rows that are no rows; what can be read of them is enough.
      try? scanner.scan(&rows)
      try? scanner.finish(&rows)
      let found = (0..<rows.count).lazy.map { rows[$0] }.filter { !$0.isBlank }.prefix(limits.headerRows)
        .map(fit).max()
      if let found, found > best.found { best = (delimiter, found) }
    }
    return best.found > 1 ? best.delimiter : nil
  }

  /// Of `, ; tab |` the one that divides most rows into the same number of cells; of equals the one that makes more
  /// cells; the comma when none divides anything.
  static func delimiter(of text: ArraySlice<UInt8>) -> UInt8 {
    var best = (delimiter: UInt8(ascii: ","), share: 0, cells: 1)
    for delimiter in delimiters {
      let (share, cells) = consistency(of: text, delimiter)
      if cells > 1, (share, cells) > (best.share, best.cells) { best = (delimiter, share, cells) }
    }
    return best.delimiter
  }

  /// The most frequent number of cells, and the percentage of rows that have it.
  private static func consistency(of text: ArraySlice<UInt8>, _ delimiter: UInt8) -> (share: Int, cells: Int) {
    var frequencies: [Int: Int] = [:]
    var (cells, rows, isQuoted, isBlank) = (1, 0, false, true)
    for byte in text {
      if byte == .quote {
        isQuoted.toggle()
        isBlank = false
      } else if isQuoted {
        continue
      } else if byte == .lineFeed || byte == .carriageReturn {
        if !isBlank {
          frequencies[cells, default: 0] += 1
          rows += 1
        }
        (cells, isBlank) = (1, true)
      } else {
        if byte == delimiter { cells += 1 }
        isBlank = isBlank && byte == .space
      }
    }
    if rows == 0 { return (isBlank ? 0 : 100, cells) }
    guard let most = frequencies.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else { return (0, 1) }
    return (most.value * 100 / rows, most.key)
  }
}
