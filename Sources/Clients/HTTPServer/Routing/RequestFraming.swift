/// How a request's body is delimited, once the head has passed the checks that keep two servers from reading the same
/// bytes as different requests (RFC 9112, sections 3.2, 5 and 6).
enum RequestFraming: Equatable {
  case length(Int)
  case chunked

  /// Why a head is refused. The connection ends with it, since where the next request begins is unknown.
  struct Refusal: Error, Equatable {
    let status: Int
    let code: String
    let title: String
  }

  /// - Parameters:
  ///   - isLineWhole: whether the request line was read to its end.
  ///   - hasFoldedField: whether a field was continued on a line of its own.
  static func check(
    version: String, headers: HTTPHeaders, isLineWhole: Bool, hasFoldedField: Bool
  ) throws(Refusal) -> RequestFraming {
    guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
      throw Refusal(status: 505, code: "http_version", title: "Only HTTP/1.0 and HTTP/1.1 are spoken here")
    }
    guard isLineWhole else { throw bad("bad_request_line", "The request line is malformed") }
    guard !hasFoldedField else { throw bad("folded_header", "A header field is folded") }
    var hosts = 0
    var lengths = 0
    var codings = 0
    var length: Int? = 0
    var isChunked = false
    var areHostsValid = true
    var areFieldsValid = true
    headers.forEachField { name, value in
      if !HeaderRules.isToken(name) || value.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
        areFieldsValid = false
      }
      if equal(name, "host") {
        hosts += 1
        if !value.allSatisfy(isHostByte) { areHostsValid = false }
      } else if equal(name, "content-length") {
        lengths += 1
        length = decimal(value)
      } else if equal(name, "transfer-encoding") {
        codings += 1
        isChunked = equal(value, "chunked")
      }
    }
    guard areFieldsValid else { throw bad("bad_header", "A header field is malformed") }
    guard hosts <= 1, areHostsValid, hosts == 1 || version == "HTTP/1.0" else {
      throw bad("bad_host", "The request needs exactly one valid Host")
    }
    guard lengths <= 1, let length else { throw bad("bad_content_length", "Content-Length is malformed or repeated") }
    guard codings > 0 else { return .length(length) }
    guard codings == 1, isChunked, lengths == 0, version == "HTTP/1.1" else {
      throw bad("bad_transfer_encoding", "Transfer-Encoding must be chunked, alone and without Content-Length")
    }
    return .chunked
  }

  private static func bad(_ code: String, _ title: String) -> Refusal { Refusal(status: 400, code: code, title: title) }

  private static func equal(_ bytes: ArraySlice<UInt8>, _ text: StaticString) -> Bool {
    guard bytes.count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { wanted in
      var offset = 0
      for byte in bytes {
        guard lowercased(byte) == wanted[offset] else { return false }
        offset += 1
      }
      return true
    }
  }

  /// Digits alone: no sign, no list, no space, and few enough for an Int.
  private static func decimal(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard !bytes.isEmpty, bytes.count <= 18 else { return nil }
    var value = 0
    for byte in bytes {
      guard byte &- 0x30 < 10 else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "%"): true
    case UInt8(ascii: "#"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "|"): false
    default: HeaderRules.isTokenByte(byte)
    }
  }
}
