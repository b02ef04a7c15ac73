internal import Spelling

/// The values that a column may have.
public struct Enumeration: Sendable, Equatable {
  public let values: [String]
  /// Values by what stands for them, without case, spaces and punctuation.
  let places: [String: Int]

  /// - Parameter values: each with the other words that merchants write for it.
  init(_ values: [(value: String, synonyms: [String])]) {
    self.values = values.map(\.value)
    var places: [String: Int] = [:]
    for (place, value) in values.enumerated() {
      for word in value.synonyms where places[FeedHeader.key(word)] == nil { places[FeedHeader.key(word)] = place }
    }
    for (place, value) in values.enumerated() { places[FeedHeader.key(value.value)] = place }
    self.places = places
  }

  /// The value that a misspelled word was meant to be, if one is near.
  func closest(to word: String) -> String? { Spelling.closest(to: word, in: values) }
}
