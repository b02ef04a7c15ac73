/// The boundary that a `Content-Type` names (RFC 2046, section 5.1.1).
enum MultipartBoundary {
  enum Reading: Equatable {
    /// Not a multipart form: the body is the file itself.
    case none
    case boundary([UInt8])
    case malformed
  }

  static func read(_ contentType: String?) -> Reading {
    guard let contentType else { return .none }
    let kind = contentType.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
    guard kind == "multipart/form-data" else { return .none }
    for parameter in HeaderParameters.read(contentType.utf8) where parameter.name == "boundary" {
      let boundary = Array(parameter.value.utf8)
      guard (1...70).contains(boundary.count), boundary.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }), boundary.last != 0x20
      else { return .malformed }
      return .boundary(boundary)
    }
    return .malformed
  }
}

/// The parameters of a header's value, such as `form-data; name="file"` (RFC 9110, section 5.6.6).
enum HeaderParameters {
  /// Names in lower case; what is no parameter is left out.
  static func read(_ value: some Collection<UInt8>) -> [(name: String, value: String)] {
    var parameters: [(name: String, value: String)] = []
    for piece in pieces(of: value).dropFirst() {
      guard let equals = piece.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let name = String(decoding: trimmed(piece[..<equals]), as: UTF8.self).lowercased()
      let text = trimmed(piece[(equals + 1)...])
      parameters.append((name, String(decoding: unquoted(text), as: UTF8.self)))
    }
    return parameters
  }

  /// The parts between semicolons that are not in quotes.
  private static func pieces(of value: some Collection<UInt8>) -> [[UInt8]] {
    var pieces: [[UInt8]] = [[]]
    var (isQuoted, isEscaped) = (false, false)
    for byte in value {
      if byte == UInt8(ascii: ";"), !isQuoted {
        pieces.append([])
        continue
      }
      pieces[pieces.count - 1].append(byte)
      if byte == UInt8(ascii: "\""), !isEscaped { isQuoted.toggle() }
      isEscaped = isQuoted && !isEscaped && byte == UInt8(ascii: "\\")
    }
    return pieces
  }

  private static func unquoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
    guard text.count >= 2, text.first == UInt8(ascii: "\""), text.last == UInt8(ascii: "\"") else { return Array(text) }
    var bytes: [UInt8] = []
    var isEscaped = false
    for byte in text.dropFirst().dropLast() {
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
      if !isEscaped { bytes.append(byte) }
    }
    return bytes
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes.drop { $0 == 0x20 || $0 == 0x09 }
    while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
    return bytes
  }
}
