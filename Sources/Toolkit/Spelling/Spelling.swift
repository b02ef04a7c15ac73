/// Guesses what a misspelled word was meant to be.
public enum Spelling {
  /// Longer words are compared with nothing: the time grows with the square of their length.
  private static let longest = 64

  /// The known word that is nearest to `word`, if it is near: one edit, or one in three characters.
  public static func closest(to word: String, in known: some Sequence<String>) -> String? {
    let length = word.count
    guard length <= longest else { return nil }
    let limit = max(1, length / 3)
    // Each character that one has more than the other is an edit.
    let near = known.lazy.filter { $0.count <= longest && abs($0.count - length) <= limit }
      .map { (word: $0, distance: distance(word, $0)) }
    guard let best = near.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= limit ? best.word : nil
  }

  /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment), case ignored.
  static func distance(_ left: String, _ right: String) -> Int {
    let a = Array(left.lowercased())
    let b = Array(right.lowercased())
    var before: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var best = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
        row.append(best)
      }
      (before, previous) = (previous, row)
    }
    return previous[b.count]
  }
}
