/// Masks what must not be shown in values that are not secrets as a whole.
enum Redaction {
  private static let words = ["password", "secret", "token", "jaas", "credential", "key.pem"]

  /// Whether a key's name says that its value is secret, for keys that are not declared one by one.
  static func isSecret(_ name: String) -> Bool {
    let name = name.lowercased()
    return words.contains { name.contains($0) }
  }

  /// Masks the password of `scheme://user:password@host` and of `…?password=…`.
  static func maskPasswords(_ text: String) -> String {
    guard let scheme = text.firstRange(of: "://") else { return text }
    var rest = text[scheme.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    if let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") {
      rest = text[...colon] + Secret.mask + text[at...]
    } else {
      rest = text[...]
    }
    let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return String(rest) }
    let query = parts[1].split(separator: "&", omittingEmptySubsequences: false).map { field in
      field.lowercased().hasPrefix("password=") ? "password=\(Secret.mask)" : String(field)
    }
    return parts[0] + "?" + query.joined(separator: "&")
  }
}
