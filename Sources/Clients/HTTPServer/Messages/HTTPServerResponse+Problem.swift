extension HTTPServerResponse {
  /// An error as `application/problem+json` (RFC 9457), with a stable `code` for programs.
  public static func problem(
    status: Int, code: String, title: String, detail: String? = nil,
    extra: KeyValuePairs<String, HTTPProblemValue> = [:]
  ) -> Self {
    var json: [UInt8] = Array(#"{"type":"about:blank","title":"#.utf8)
    appendString(title, to: &json)
    json.append(contentsOf: #","status":\#(status),"code":"#.utf8)
    appendString(code, to: &json)
    if let detail {
      json.append(contentsOf: #","detail":"#.utf8)
      appendString(detail, to: &json)
    }
    for (name, value) in extra {
      json.append(UInt8(ascii: ","))
      appendString(name, to: &json)
      json.append(UInt8(ascii: ":"))
      switch value {
      case .string(let text): appendString(text, to: &json)
      case .integer(let number): json.append(contentsOf: String(number).utf8)
      case .boolean(let flag): json.append(contentsOf: (flag ? "true" : "false").utf8)
      }
    }
    json.append(UInt8(ascii: "}"))
    return .bytes(json, status: status, contentType: "application/problem+json")
  }

  private static func appendString(_ text: String, to json: inout [UInt8]) {
    json.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): json.append(contentsOf: [UInt8(ascii: "\\"), byte])
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        json.append(contentsOf: (byte < 16 ? "\\u000" : "\\u00").utf8)
        json.append(contentsOf: digits.utf8)
      default: json.append(byte)
      }
    }
    json.append(UInt8(ascii: "\""))
  }
}
