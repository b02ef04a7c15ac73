internal import Spelling

/// The values that a column may have.
public struct Enumeration: Sendable, Equatable {
  public let values: [String]
  /// Values by the keys of what stands for them.
  let places: [String: Int]

  /// - Parameter values: each with the other words that merchants write for it.
  init(_ values: [(value: String, synonyms: [String])]) {
    self.values = values.map(\.value)
    var places: [String: Int] = [:]
    for (place, value) in values.enumerated() {
      for word in value.synonyms where places[Enumeration.key(word)] == nil { places[Enumeration.key(word)] = place }
    }
    for (place, value) in values.enumerated() { places[Enumeration.key(value.value)] = place }
    self.places = places
  }

  /// A word without case, spaces and punctuation, but for what stands between digits: 1.5 is not 15, nor A+ an A.
  static func key(_ word: String) -> String {
    var (key, gap) = ("", "")
    for character in word.lowercased() {
      guard character.isLetter || character.isNumber || character.isSymbol else {
        gap.append(character)
        continue
      }
      if !gap.isEmpty, character.isNumber, key.last?.isNumber == true {
        let marks = gap.filter { !$0.isWhitespace }
        key += marks.isEmpty ? " " : marks
      }
      key.append(character)
      gap = ""
    }
    return key
  }

  /// The value that a misspelled word was meant to be, if one is near.
  func closest(to word: String) -> String? { Spelling.closest(to: word, in: values) }
}
