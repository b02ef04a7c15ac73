/// What is refused before anything is sent, and the host that a call counts against.
enum RequestCheck {
  /// The scheme, host and port of `request` as one key.
  static func host(of request: HTTPRequest) throws(HTTPCallError) -> String {
    guard !request.method.isEmpty, request.method.utf8.allSatisfy(isTokenByte), request.method != "CONNECT" else {
      throw HTTPCallError(.badRequest, "not a method that can be sent")
    }
    for header in request.headers { try check(header) }
    return try HTTPRequest.host(ofURL: request.url)
  }

  private static func check(_ header: (name: String, value: String)) throws(HTTPCallError) {
    guard !header.name.isEmpty, header.name.utf8.allSatisfy(isTokenByte) else {
      throw HTTPCallError(.badRequest, "a header's name is not valid")
    }
    // A control character (CR, LF, NUL …) would end the header, and begin what the caller did not mean.
    guard header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
      throw HTTPCallError(.badRequest, "the value of header \(header.name) has a control character")
    }
    // The length of the body is the client's to say: two opinions about it are request smuggling.
    let isFraming =
      equalIgnoringCase(header.name.utf8, "content-length".utf8)
      || equalIgnoringCase(header.name.utf8, "transfer-encoding".utf8)
    guard !isFraming else { throw HTTPCallError(.badRequest, "header \(header.name) is set by the client alone") }
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
    default: false
    }
  }
}

extension HTTPRequest {
  /// The scheme, host and port of a URL, in lower case: what the limit of calls to one host counts by.
  /// - Throws: `badURL` for a URL that is never called.
  public static func host(ofURL url: String) throws(HTTPCallError) -> String {
    let bytes = url.utf8
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw HTTPCallError(.badURL, "a URL consists of printable ASCII; percent-encode the rest")
    }
    let scheme = bytes.prefix { $0 != 0x3A }
    guard equalIgnoringCase(scheme, "http".utf8) || equalIgnoringCase(scheme, "https".utf8) else {
      throw HTTPCallError(.badURL, "the scheme must be http or https")
    }
    let rest = bytes[scheme.endIndex...]
    guard rest.starts(with: "://".utf8) else { throw HTTPCallError(.badURL, "the URL has no host") }
    let authority = rest.dropFirst(3).prefix { $0 != 0x2F && $0 != 0x3F && $0 != 0x23 }
    guard !authority.isEmpty, !authority.contains(0x40), !authority.contains(0x5C) else {
      throw HTTPCallError(.badURL, "the URL has no host, or a user name")
    }
    return String(url[..<authority.endIndex]).lowercased()
  }
}
