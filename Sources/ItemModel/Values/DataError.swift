/// A mistake in what somebody sent, for them to mend: never retried.
public struct DataError: Error, Equatable, Hashable, Sendable {
  /// Stable, for programs: `too_precise`, `window_overlap`, …
  public let code: String
  /// Where in the item: `cost.shipnodes[2].unitCost`.
  public let field: String
  /// What was sent, cut to a readable length.
  public let value: String
  /// One plain sentence.
  public let description: String
  /// What to do about it.
  public let hint: String

  public init(code: String, field: String, value: String = "", description: String, hint: String = "") {
    self.code = code
    self.field = field
    self.value = value.count > 200 ? String(value.prefix(200)) + "…" : value
    self.description = description
    self.hint = hint
  }
}
