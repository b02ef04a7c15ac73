/// Says what the parser's complaints mean for whoever wrote the file.
enum YAMLSyntax {
  /// - Parameter begun: the line in which the construct begins that the problem is in.
  static func mistake(_ problem: String, at location: YAMLLocation, begun: Int?, in bytes: [UInt8]) -> YAMLMistake {
    let line = line(location.line, of: bytes).unicodeScalars
    let isAtTab = line.dropFirst(location.column - 1).first == "\t"
    if isAtTab || problem.hasPrefix("found character that cannot start"), let tab = Array(line).firstIndex(of: "\t") {
      let place = YAMLLocation(file: location.file, line: location.line, column: tab + 1)
      return YAMLMistake(place, "a tab cannot indent", hint: "use spaces")
    }
    return YAMLMistake(location, problem, hint: hint(problem, begun: begun))
  }

  private static func hint(_ problem: String, begun: Int?) -> String? {
    let since = begun.map { " (it begins in line \($0))" } ?? ""
    return switch problem {
    case "did not find expected key", "did not find expected '-' indicator":
      "check the indentation: all entries of a mapping or list begin in the same column\(since)"
    case "mapping values are not allowed in this context":
      "check the indentation, and quote text in which a colon and a space stand"
    case "could not find expected ':'":
      "a key needs a colon and a space behind it"
    case "found unexpected end of stream", "did not find expected ',' or ']'", "did not find expected ',' or '}'":
      "a quote or bracket is not closed\(since)"
    case "found character that cannot start any token":
      "quote text that begins with this character"
    case "block sequence entries are not allowed in this context":
      "begin the list in a line of its own"
    default: begun.map { "see line \($0)" }
    }
  }

  /// A byte that no YAML file may contain.
  static func encodingMistake(_ problem: String, at offset: Int, in bytes: [UInt8], file: String) -> YAMLMistake {
    let before = bytes.prefix(offset)
    let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let location = YAMLLocation(
      file: file, line: before.count { $0 == 0x0A } + 1,
      column: String(decoding: before[start...], as: UTF8.self).unicodeScalars.count + 1)
    if problem.hasPrefix("control") {
      return YAMLMistake(location, "a control character cannot stand here", hint: "write it as \\x… in double quotes")
    }
    return YAMLMistake(location, "the text is not valid UTF-8", hint: "save the file as UTF-8")
  }

  private static func line(_ number: Int, of bytes: [UInt8]) -> String {
    let lines = bytes.split(separator: 0x0A, maxSplits: number, omittingEmptySubsequences: false)
    guard lines.indices.contains(number - 1) else { return "" }
    return String(decoding: lines[number - 1], as: UTF8.self)
  }
}
