internal import Spelling

/// Finds what somebody probably meant.
public enum Suggestion {
  /// The known word that is nearest to `word`, if any is near enough to be a slip of the fingers, else one that begins with
  /// it.
  public static func closest(to word: String, in known: some Sequence<String>) -> String? {
    Spelling.closest(to: word, in: known) ?? known.first { word.count >= 2 && $0.hasPrefix(word) }
  }

  /// ` (did you mean X?)`, or nothing.
  public static func hint(for word: String, in known: some Sequence<String>, prefix: String = "") -> String {
    closest(to: word, in: known).map { " (did you mean \(prefix)\($0)?)" } ?? ""
  }
}
