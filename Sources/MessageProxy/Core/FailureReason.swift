/// Why a message was not accepted.
public struct FailureReason: Sendable, Hashable {
  /// Stable, for counting and for programs: `unreadable`, `http_503`.
  public let code: String
  /// For people.
  public let text: String

  public init(code: String, text: String = "") {
    self.code = code
    self.text = text
  }
}
