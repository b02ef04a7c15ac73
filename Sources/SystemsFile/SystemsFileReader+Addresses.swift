internal import HTTPCaller
internal import ItemModel
internal import YAMLReader

extension SystemsFileReader {
  /// An address without placeholders.
  mutating func readURL(_ node: YAMLNode) -> String? {
    guard let url = readAddress(node) else { return nil }
    if url.contains("{") {
      mistakes.add(
        node.location, "a system's url has no placeholders", hint: "the item is named by the headers and the snippet")
      return nil
    }
    return url
  }

  /// An address with `{merchantId}`, `{gtin14}` and `{gtin}` in it.
  mutating func readURLTemplate(_ node: YAMLNode) -> URLTemplate? {
    guard let url = readAddress(node) else { return nil }
    do {
      return try URLTemplate(url, at: SourceLocation(node.location))
    } catch {
      // The address may hold a secret of the environment, so what is wrong with it is said without it.
      if node.text == url {
        add(error)
      } else {
        mistakes.add(node.location, "a placeholder is wrong", hint: "a URL knows {merchantId}, {gtin14} and {gtin}")
      }
      return nil
    }
  }

  /// Text that can be called: what is refused at the call is refused here already.
  private mutating func readAddress(_ node: YAMLNode) -> String? {
    guard let url = readText(node) else { return nil }
    do throws(HTTPCallError) {
      _ = try HTTPRequest.host(ofURL: url)
      return url
    } catch {
      mistakes.add(node.location, "this is no URL", hint: error.message)
      return nil
    }
  }

  mutating func readHeaders(_ node: YAMLNode?) -> [(name: String, value: String)] {
    let members = mistakes.read(node) { node throws(YAMLError) in try node.mapping() } ?? []
    return members.compactMap { key, node in
      let name = key.text ?? ""
      guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte) else {
        mistakes.add(key.location, "“\(name)” is no name for a header", hint: "use letters, digits and hyphens")
        return nil
      }
      if ownHeaders.contains(name.lowercased()) {
        mistakes.add(key.location, "the header \(name) is set by Hyperloop itself", hint: "leave it out")
        return nil
      }
      guard let value = readText(node) else { return nil }
      guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
        mistakes.add(node.location, "the value of \(name) holds a control character", hint: "look for a line break")
        return nil
      }
      return (name, value)
    }
  }

  /// Text with `${NAME}` replaced by the environment's value, `${NAME:-text}` by `text` where it has none.
  private mutating func readText(_ node: YAMLNode) -> String? {
    guard let text = mistakes.collect(try node.string()) else { return nil }
    var (result, rest, isComplete) = ("", text[...], true)
    while let dollar = rest.firstRange(of: "${") {
      result += rest[..<dollar.lowerBound]
      rest = rest[dollar.upperBound...]
      guard let close = rest.firstIndex(of: "}") else {
        mistakes.add(node.location, "“${” is not closed", hint: "write ${NAME}")
        return nil
      }
      let inside = rest[..<close]
      rest = rest[rest.index(after: close)...]
      let separator = inside.firstRange(of: ":-")
      let name = String(inside[..<(separator?.lowerBound ?? inside.endIndex)])
      if let value = environment[name] ?? separator.map({ String(inside[$0.upperBound...]) }) {
        result += value
      } else {
        isComplete = false
        mistakes.add(
          node.location, "the environment has no variable \(name)", hint: "set it, or write ${\(name):-what else}")
      }
    }
    return isComplete ? result + rest : nil
  }

  mutating func add(_ mistake: TemplateMistake) {
    mistakes.add(
      YAMLLocation(file: mistake.location.file, line: mistake.location.line, column: mistake.location.column),
      mistake.message)
  }
}

extension SourceLocation {
  init(_ location: YAMLLocation) {
    self.init(file: location.file, line: location.line, column: location.column)
  }
}

/// Headers that every delivery has of its own.
private let ownHeaders: Set<String> = [
  "content-type", "content-length", "transfer-encoding", "host", "connection", "idempotency-key", "x-merchant-id",
  "x-gtin", "x-item-version", "x-correlation-id", "x-lane", "x-deadline",
]

/// A byte of a token (RFC 9110, section 5.6.2).
private func isTokenByte(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
  default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
  }
}
