/// Masks what must not be shown in values that are not secrets as a whole.
enum Redaction {
  private static let words = ["password", "secret", "token", "jaas", "credential", "key.pem"]

  /// Whether a key's name says that its value is secret, for keys that are not declared one by one.
  static func isSecret(_ name: String) -> Bool {
    let name = name.lowercased()
    return words.contains { name.contains($0) }
  }

  /// Masks the password of `scheme://user:password@host`, up to the last `@` since passwords may hold any character, and
  /// of `password=…` in a query or in libpq's list of keywords, `sslpassword` and the like included.
  static func maskPasswords(_ text: String) -> String {
    text.replacing(/:\/\/([^:@]*):.*@/) { "://\($0.1):\(Secret.mask)@" }
      .replacing(/(?i)(password\s*=\s*)('(?:\\.|[^'\\])*'?|(?:\\.|[^\s&\\])*)/) { "\($0.1)\(Secret.mask)" }
  }
}
