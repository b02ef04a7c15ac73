/// The help of a command.
enum HelpText {
  /// One line: how the command is called.
  static func usage(_ path: [Command]) -> String {
    guard let command = path.last else { return "" }
    var parts = ["Usage:"] + path.map(\.name)
    if path.contains(where: { $0.arguments.contains { $0.shape != .positional } || $0.openOptions != nil }) {
      parts.append("[options]")
    }
    if !command.subcommands.isEmpty { parts.append("COMMAND") }
    for argument in command.arguments {
      switch argument.shape {
      case .option where argument.isRequired: parts.append("--\(argument.name) \(argument.placeholder)")
      case .positional:
        let name = argument.isRepeated ? "\(argument.name)…" : argument.name
        parts.append(argument.isRequired ? name : "[\(name)]")
      default: break
      }
    }
    return parts.joined(separator: " ")
  }

  static func text(_ path: [Command], width: Int) -> String {
    guard let command = path.last else { return "" }
    let width = min(max(width, 40), 100)
    var sections = [wrap(command.summary, width: width), usage(path)]
    for paragraph in command.discussion.split(separator: "\n\n") {
      sections.append(wrap(String(paragraph), width: width))
    }
    let options = path.flatMap(\.arguments).filter { $0.shape != .positional }
    sections.append(list("Commands:", command.subcommands.map { ($0.name, $0.summary) }, width))
    sections.append(
      list("Arguments:", command.arguments.filter { $0.shape == .positional }.map { ($0.name, describe($0)) }, width))
    var lines = options.map { (term($0), describe($0)) }
    lines += path.compactMap(\.openOptions).map { ("--\($0.placeholder)", $0.help) }
    lines.append(("--help, -h", "Shows this help."))
    if path.count == 1 { lines.append(("--version", "Shows the version.")) }
    sections.append(list("Options:", lines, width))
    if !command.examples.isEmpty {
      let examples = command.examples.map {
        "  \($0.command)\n\(wrap($0.explanation, width: width, indent: 6))"
      }
      sections.append("Examples:\n\(examples.joined(separator: "\n"))")
    }
    return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private static func term(_ option: ArgumentDeclaration) -> String {
    let short = option.short.map { ", -\($0)" } ?? ""
    switch option.shape {
    case .flag: return option.defaultText == nil ? "--\(option.name)\(short)" : "--[no-]\(option.name)\(short)"
    default: return "--\(option.name)\(short) \(option.placeholder)"
    }
  }

  private static func describe(_ argument: ArgumentDeclaration) -> String {
    var notes: [String] = []
    if argument.isRequired, argument.shape == .option { notes.append("required") }
    if argument.isRepeated, argument.shape == .option { notes.append("may be repeated") }
    if let text = argument.defaultText, !text.isEmpty, argument.shape == .option { notes.append("default: \(text)") }
    return notes.isEmpty ? argument.help : "\(argument.help) (\(notes.joined(separator: "; ")))"
  }

  private static func list(_ title: String, _ entries: [(String, String)], _ width: Int) -> String {
    guard !entries.isEmpty else { return "" }
    let column = min(entries.map { $0.0.count }.max() ?? 0, 28) + 4
    let lines = entries.map { term, text in
      let wrapped = wrap(text, width: width, indent: column)
      // A long term has the line to itself.
      return term.count + 4 > column
        ? "  \(term)\n\(wrapped)"
        : "  \(term)\(String(repeating: " ", count: column - term.count - 2))\(wrapped.drop { $0 == " " })"
    }
    return "\(title)\n\(lines.joined(separator: "\n"))"
  }

  static func wrap(_ text: String, width: Int, indent: Int = 0) -> String {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      if !line.isEmpty, indent + line.count + 1 + word.count > width {
        lines.append(margin + line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    if !line.isEmpty { lines.append(margin + line) }
    return lines.joined(separator: "\n")
  }
}
