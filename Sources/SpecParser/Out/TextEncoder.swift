/// Turns UTF-8 into another encoding.
struct TextEncoder: Sendable {
  private let encoding: TextEncoding

  init(_ encoding: TextEncoding) { self.encoding = encoding }

  /// Appends `text`, whole characters of UTF-8, to `bytes`. What the encoding has no byte for becomes `?`.
  func encode(_ text: ArraySlice<UInt8>, into bytes: inout [UInt8]) {
    switch encoding {
    case .utf8: bytes.append(contentsOf: text)
    // Nothing has told yet what the bytes beyond ASCII mean: what is written is to be right in every case.
    case .undecided: append(text, to: &bytes) { $0.isASCII ? UInt8($0.value) : TextEncoder.plain($0) }
    case .windows1252: append(text, to: &bytes, Windows1252.byte(of:))
    case .utf16LittleEndian:
      for unit in String(decoding: text, as: UTF8.self).utf16 {
        bytes.append(UInt8(truncatingIfNeeded: unit))
        bytes.append(UInt8(truncatingIfNeeded: unit >> 8))
      }
    case .utf16BigEndian:
      for unit in String(decoding: text, as: UTF8.self).utf16 {
        bytes.append(UInt8(truncatingIfNeeded: unit >> 8))
        bytes.append(UInt8(truncatingIfNeeded: unit))
      }
    }
  }

  private func append(
    _ text: ArraySlice<UInt8>, to bytes: inout [UInt8], _ byte: (Unicode.Scalar) -> UInt8?
  ) {
    if text.allSatisfy({ $0 < 0x80 }) {
      bytes.append(contentsOf: text)
    } else {
      for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
        bytes.append(byte(scalar) ?? UInt8(ascii: "?"))
      }
    }
  }

  /// The typewriter's character for one of our own texts; never one that would end a quoted cell.
  private static func plain(_ scalar: Unicode.Scalar) -> UInt8? {
    switch scalar {
    case "“", "”", "„", "‘", "’": UInt8(ascii: "'")
    case "–", "—": UInt8(ascii: "-")
    default: nil
    }
  }
}
