/// Changes an input at random: the same change for the same seed.
public struct Mutator {
  private var random: any RandomNumberGenerator

  public init(_ random: some RandomNumberGenerator) { self.random = random }

  /// One to a few changes; `other` is what pieces are taken from.
  public mutating func mutate(_ input: [UInt8], with other: [UInt8]) -> [UInt8] {
    var bytes = input
    for _ in 0...number(below: 6) { change(&bytes, other) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8], _ other: [UInt8]) {
    let place = number(below: bytes.count + 1)
    let rest = bytes.count - place
    switch number(below: 7) {
    case 0 where rest > 0: bytes[place] = UInt8(number(below: 256))
    case 1 where rest > 0: bytes[place] ^= 1 << UInt8(number(below: 8))
    case 2: bytes.removeSubrange(place..<(place + number(below: min(rest, 20) + 1)))
    case 3: bytes.insert(contentsOf: Mutator.words[number(below: Mutator.words.count)], at: place)
    case 4: bytes.insert(contentsOf: piece(of: other), at: place)
    case 5: bytes.insert(contentsOf: piece(of: bytes), at: place)
    default:
      let piece = piece(of: other)
      bytes.replaceSubrange(place..<min(place + piece.count, bytes.count), with: piece)
    }
  }

  private mutating func piece(of bytes: [UInt8]) -> [UInt8] {
    let start = number(below: bytes.count + 1)
    return Array(bytes[start..<min(bytes.count, start + number(below: 40))])
  }

  private mutating func number(below limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }

  /// What means something to some reader.
  public static let words: [[UInt8]] =
    [
      ",", ";", "\t", "|", "\"", "\"\"", "\n", "\r", "\r\n", "sep=;\n", "\u{FEFF}", "\0", " ", "\u{A0}", "é", "$", "€",
      "USD",
      "-", "(", ")", "1e9", "0", "9", ".", "4-11-19", "2019-04-11", "13/12/2019", "n/a", "#REF!", "yes", "02345673",
      "416000336108", "Item Gtin", "Unit Cost", "GTIN", "Total", "<row r='9'>", "</row>", "<c t='s'><v>", "</v></c>",
      "<c r='XFD1' t='str'>", "<is><t>", "</t></is>", "s='1'", "<mergeCell ref='A1:B9'/>", "_x0041_", "&amp;", "&#65;",
      "<![CDATA[", "]]>", "<!DOCTYPE a [<!ENTITY b 'c'>]>", "- ", ": ", "{ ", " }", "[", "]", "&a ", "*a", "type: date",
      "required: true", "\n  - name: ", "!!int ", "yyyy", "mm", "[h]", "0.00%", "E+10",
    ].map { Array($0.utf8) } + [[0xFF, 0xFE], [0xE9], [0xEF, 0xBF, 0xBD], [0x50, 0x4B, 3, 4]]
}
