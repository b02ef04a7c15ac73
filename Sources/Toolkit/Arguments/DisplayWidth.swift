extension StringProtocol {
  /// The text with blanks for controls, such as line feeds and the sequences by which a terminal is told what to do: for
  /// text that somebody else has written.
  public var withoutControls: String {
    String(map { $0.unicodeScalars.contains { $0.properties.generalCategory == .control } ? " " : $0 })
  }
}

/// How many columns text takes on a terminal.
public enum DisplayWidth {
  public static func of(_ text: some StringProtocol) -> Int { text.reduce(0) { $0 + of($1) } }

  /// As much of the text as fits into `columns`, with an ellipsis when something is left out.
  public static func cut(_ text: String, to columns: Int) -> String {
    guard of(text) > columns else { return text }
    var kept = ""
    var used = 1
    for character in text {
      used += of(character)
      guard used <= columns else { break }
      kept.append(character)
    }
    return columns > 0 ? kept + "…" : ""
  }

  /// One for most, none for controls and marks, two for East Asian wide characters and emoji.
  private static func of(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    switch scalar.properties.generalCategory {
    case .control, .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    if character.unicodeScalars.contains("\u{fe0f}") || scalar.properties.isEmojiPresentation { return 2 }
    switch scalar.value {
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xa000...0xa4cf,
      0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x20000...0x3fffd:
      return 2
    default: return 1
    }
  }
}
