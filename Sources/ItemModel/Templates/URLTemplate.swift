/// A URL with `{merchantId}`, `{gtin14}` and `{gtin}` in it; values are percent-encoded.
public struct URLTemplate: Sendable {
  private enum Part: Sendable {
    case literal(String)
    case merchantID, gtin14, gtin
  }

  /// As it was written.
  public let text: String
  private let parts: [Part]

  /// - Throws: for an unknown name, an unclosed brace, or a URL that is neither http nor https.
  public init(_ text: String, at location: SourceLocation) throws(TemplateMistake) {
    guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
      throw TemplateMistake(location, "“\(text)” is no URL: it begins with http:// or https://")
    }
    var parts: [Part] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      guard let close = rest[open...].firstIndex(of: "}") else {
        throw TemplateMistake(location, "“\(text)”: a placeholder is not closed")
      }
      parts.append(.literal(String(rest[..<open])))
      switch rest[rest.index(after: open)..<close] {
      case "merchantId": parts.append(.merchantID)
      case "gtin14": parts.append(.gtin14)
      case "gtin": parts.append(.gtin)
      case let name:
        throw TemplateMistake(location, "{\(name)}: a URL knows {merchantId}, {gtin14} and {gtin}")
      }
      rest = rest[rest.index(after: close)...]
    }
    parts.append(.literal(String(rest)))
    self.text = text
    self.parts = parts
  }

  /// The URL for an item; `gtin` is the submitted form, digits only.
  public func url(for key: ItemKey, gtin: String) -> String {
    // Merchant ids and GTINs consist of unreserved characters (RFC 3986, section 2.3), which stand for themselves.
    parts.reduce(into: "") { url, part in
      switch part {
      case .literal(let text): url += text
      case .merchantID: url += key.merchant.text
      case .gtin14: url += key.gtin.text14
      case .gtin: url += gtin
      }
    }
  }
}
