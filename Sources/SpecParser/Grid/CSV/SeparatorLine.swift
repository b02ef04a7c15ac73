/// A first line such as `sep=;`, by which a spreadsheet is told the delimiter.
struct SeparatorLine {
  let delimiter: UInt8
  /// Bytes of the line in the file, its end included.
  let length: Int

  /// - Parameter text: what stands behind the byte order mark.
  init?(of text: ArraySlice<UInt8>, _ encoding: TextEncoding) {
    let width = encoding == .utf16LittleEndian || encoding == .utf16BigEndian ? 2 : 1
    var line: [UInt8] = []
    var decoder = TextDecoder(encoding)
    decoder.decode(text.prefix(16 * width), into: &line)
    guard let end = line.firstIndex(where: { $0 == .lineFeed || $0 == .carriageReturn }) else { return nil }
    var content = line[..<end]
    if content.first == .quote, content.last == .quote, content.count > 1 {
      content = content.dropFirst().dropLast()
    }
    guard content.count == 5, content.prefix(4).equalsIgnoringCase("sep="), let delimiter = content.last,
      !delimiter.isDigit, !delimiter.isLetter, delimiter < 0x80, delimiter != .quote
    else { return nil }
    self.delimiter = delimiter
    let isPair = line[end] == .carriageReturn && line.dropFirst(end + 1).first == .lineFeed
    length = (end + (isPair ? 2 : 1)) * width
  }
}
