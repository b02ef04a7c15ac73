/// The names that a handler knows. It gets their places in this list rather than the names themselves, so that it can
/// switch over integers; every other name is `unknown`.
///
/// Prefixes are left out: what an element means is told by its name's last part, whatever prefix the writer gave to the
/// namespace. Attributes that declare a namespace are unknown.
public struct XMLVocabulary: Sendable {
  public static let unknown = -1

  /// By the only byte of a name.
  private let short: [Int8]
  /// Of longer names: an open table by hash, with room for twice as many.
  private let slots: [Slot]

  private struct Slot {
    var hash: UInt64 = 0
    var word = XMLVocabulary.unknown
  }

  /// - Parameter names: at most 127.
  public init(_ names: [String]) {
    var short = [Int8](repeating: -1, count: 256)
    var slots = [Slot](repeating: Slot(), count: 256)
    for (word, name) in names.prefix(127).enumerated() {
      let bytes = Array(name.utf8)
      if bytes.count == 1 {
        short[Int(bytes[0])] = Int8(word)
      } else {
        let hash = bytes.reduce(NameHash.seed) { NameHash.mixed($0, $1) }
        var place = Int(hash & 255)
        while slots[place].word != XMLVocabulary.unknown { place = (place + 1) & 255 }
        slots[place] = Slot(hash: hash, word: word)
      }
    }
    self.short = short
    self.slots = slots
  }

  func word(ofByte byte: UInt8) -> Int { Int(short[Int(byte)]) }

  func word(ofHash hash: UInt64) -> Int {
    var place = Int(hash & 255)
    while slots[place].word != XMLVocabulary.unknown {
      if slots[place].hash == hash { return slots[place].word }
      place = (place + 1) & 255
    }
    return XMLVocabulary.unknown
  }
}

/// FNV-1a, 64 bits. Two names with one hash would only be taken for one another.
enum NameHash {
  static let seed: UInt64 = 0xCBF2_9CE4_8422_2325
  static func mixed(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
}
