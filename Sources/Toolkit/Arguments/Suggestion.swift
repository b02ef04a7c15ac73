/// Finds what somebody probably meant.
public enum Suggestion {
  /// The known word that is nearest to `word`, if any is near enough to be a slip of the fingers.
  public static func closest(to word: String, in known: some Sequence<String>) -> String? {
    let limit = max(1, word.count / 3)
    var best: (word: String, distance: Int)?
    for candidate in known {
      let distance = distance(Array(word.lowercased()), Array(candidate.lowercased()))
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.word ?? known.first { word.count >= 2 && $0.hasPrefix(word) }
  }

  /// ` (did you mean X?)`, or nothing.
  public static func hint(for word: String, in known: some Sequence<String>, prefix: String = "") -> String {
    closest(to: word, in: known).map { " (did you mean \(prefix)\($0)?)" } ?? ""
  }

  /// How many insertions, deletions, substitutions and swaps of neighbours lie between two words (optimal string
  /// alignment).
  private static func distance(_ one: [Character], _ other: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...other.count)
    for row in 0..<one.count {
      var current = [row + 1]
      for column in 0..<other.count {
        let isEqual = one[row] == other[column]
        var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (isEqual ? 0 : 1))
        if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column] {
          cost = min(cost, beforeLast[column - 1] + 1)
        }
        current.append(cost)
      }
      (beforeLast, last) = (last, current)
    }
    return last[other.count]
  }
}
