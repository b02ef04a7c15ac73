/// Counts the different names of a document and tells which words of the vocabulary they are.
struct NameCensus {
  private let vocabulary: XMLVocabulary
  private let limit: Int
  private var seen: Set<UInt64> = []
  /// The last names, by hash: a set would cost more than all else that happens to a tag.
  private var recent: [(full: UInt64, word: Int)]

  /// Whether there are more than the limit.
  private(set) var isFull = false

  init(_ vocabulary: XMLVocabulary, limit: Int) {
    self.vocabulary = vocabulary
    self.limit = limit
    recent = Array(repeating: (0, XMLVocabulary.unknown), count: 64)
  }

  /// - Parameter name: ends with a zero.
  mutating func word(_ name: UnsafePointer<UInt8>) -> Int {
    // Of these there cannot be many.
    if name[0] != 0, name[1] == 0 { return vocabulary.word(ofByte: name[0]) }
    var full = NameHash.seed
    var at = 0
    while name[at] != 0 {
      full = NameHash.mixed(full, name[at])
      at += 1
    }
    let slot = Int(truncatingIfNeeded: full >> 32) & 63
    if recent[slot].full == full { return recent[slot].word }
    if seen.insert(full).inserted, seen.count > limit { isFull = true }
    let word = word(name, count: at)
    recent[slot] = (full, word)
    return word
  }

  private func word(_ name: UnsafePointer<UInt8>, count: Int) -> Int {
    let name = UnsafeBufferPointer(start: name, count: count)
    let prefix = name.lastIndex(of: UInt8(ascii: ":"))
    if let prefix, name[..<prefix].elementsEqual("xmlns".utf8) { return XMLVocabulary.unknown }
    let local = name[(prefix.map { $0 + 1 } ?? 0)...]
    if local.count == 1, let byte = local.first { return vocabulary.word(ofByte: byte) }
    return vocabulary.word(ofHash: local.reduce(NameHash.seed) { NameHash.mixed($0, $1) })
  }
}
