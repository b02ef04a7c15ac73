/// `NAME=VALUE`, as in `--set http.port=8081`.
public struct Assignment: Hashable, Sendable {
  public let name: String
  public let value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

extension ValueKind where Value == Assignment {
  public static var assignment: ValueKind {
    ValueKind(
      placeholder: "KEY=VALUE", expectation: "of the form KEY=VALUE",
      parse: { text in
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else { return nil }
        return Assignment(name: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
      }, format: { "\($0.name)=\($0.value)" })
  }
}
