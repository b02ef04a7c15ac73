/// An answer, whatever its status: redirects and errors are answers too.
public struct HTTPResponse: Sendable {
  public enum Version: String, Sendable {
    case http1_0 = "HTTP/1.0"
    case http1_1 = "HTTP/1.1"
    case http2 = "HTTP/2"
  }

  public let status: Int
  public let version: Version
  public let body: [UInt8]
  /// The final answer's header lines as they came, so that no string is made for a header that nobody reads.
  let headerBlock: [UInt8]

  /// The first header of that name, in any case, without surrounding blanks.
  public func header(_ name: String) -> String? {
    for line in lines {
      if let colon = line.firstIndex(of: 0x3A), equalIgnoringCase(line[..<colon], name.utf8) {
        return value(line, colon)
      }
    }
    return nil
  }

  /// All headers in the order in which they came.
  public var headers: [(name: String, value: String)] {
    lines.compactMap { line in
      guard let colon = line.firstIndex(of: 0x3A), colon > line.startIndex else { return nil }
      return (String(decoding: line[..<colon], as: UTF8.self), value(line, colon))
    }
  }

  private var lines: some Sequence<ArraySlice<UInt8>> {
    headerBlock.split(omittingEmptySubsequences: true) { $0 == 0x0A || $0 == 0x0D }.dropFirst()
  }

  private func value(_ line: ArraySlice<UInt8>, _ colon: Int) -> String {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    var text = line[(colon + 1)...].drop(while: isBlank)
    while let last = text.last, isBlank(last) { text.removeLast() }
    return String(decoding: text, as: UTF8.self)
  }
}

/// Whether two ASCII texts are equal but for case.
func equalIgnoringCase(_ one: some Collection<UInt8>, _ other: some Collection<UInt8>) -> Bool {
  func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
  return one.count == other.count && zip(one, other).allSatisfy { lower($0) == lower($1) }
}
