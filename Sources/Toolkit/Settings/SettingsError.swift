/// The mistakes of a configuration, all of them, from all its sources; never empty.
public struct SettingsError: Error, CustomStringConvertible {
  public struct Mistake: Hashable, Sendable, CustomStringConvertible {
    /// Nil when the source as a whole is wrong.
    public let key: String?
    /// Nil when nothing was given at all.
    public let origin: SettingOrigin?
    /// What is wrong and what would be right. Never a secret's value.
    public let what: String

    public init(key: String?, origin: SettingOrigin?, what: String) {
      self.key = key
      self.origin = origin
      self.what = what
    }

    public var description: String {
      [origin.map { "\($0)" }, key, what].compactMap { $0 }.joined(separator: ": ")
    }
  }

  public let mistakes: [Mistake]

  /// A mistake a line.
  public var description: String { mistakes.map(\.description).joined(separator: "\n") }
}
