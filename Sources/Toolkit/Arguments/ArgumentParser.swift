/// What a command line asks for.
enum Invocation {
  case help(path: [Command])
  case version
  case run(Command, ParsedArguments)
}

/// Reads a command line for a tree of commands.
struct ArgumentParser {
  /// The commands from the root to the one that is meant.
  private var path: [Command]
  private var rest: ArraySlice<String>
  private var parsed: ParsedArguments
  private var positionals: [String] = []

  static func parse(_ root: Command, _ arguments: [String]) throws(UsageError) -> Invocation {
    var parser = ArgumentParser(root, arguments)
    return try parser.parse()
  }

  private init(_ root: Command, _ arguments: [String]) {
    path = [root]
    rest = arguments[...]
    parsed = ParsedArguments(path: root.name)
  }

  private var command: Command { path[path.count - 1] }

  private mutating func parse() throws(UsageError) -> Invocation {
    var isOnlyPositional = false
    while let argument = rest.popFirst() {
      if isOnlyPositional || !argument.hasPrefix("-") || argument == "-" {
        if !isOnlyPositional, argument == "help", !command.subcommands.isEmpty {
          return try helpByName()
        }
        try takePlain(argument)
      } else if argument == "--" {
        isOnlyPositional = true
      } else if argument == "--help" || argument == "-h" {
        return .help(path: path)
      } else if argument == "--version", path.count == 1 {
        return .version
      } else {
        try takeOption(argument)
      }
    }
    guard command.body != nil else { throw error("\(parsed.path) needs a command") }
    try assignPositionals()
    for declaration in declarations where declaration.isRequired && parsed.values[declaration.name] == nil {
      throw error("\(declaration.label) is missing")
    }
    return .run(command, parsed)
  }

  private var declarations: [ArgumentDeclaration] {
    path.dropLast().flatMap { $0.arguments.filter { $0.shape != .positional } } + command.arguments
  }

  /// `help NAME…`: the rest names a command.
  private mutating func helpByName() throws(UsageError) -> Invocation {
    while let name = rest.popFirst() { try enter(name) }
    return .help(path: path)
  }

  private mutating func takePlain(_ argument: String) throws(UsageError) {
    if command.subcommands.isEmpty { positionals.append(argument) } else { try enter(argument) }
  }

  private mutating func enter(_ name: String) throws(UsageError) {
    guard let next = command.subcommands.first(where: { $0.name == name }) else {
      let hint = Suggestion.hint(for: name, in: command.subcommands.map(\.name))
      throw error("unknown command: \(name)\(hint)")
    }
    path.append(next)
    parsed.path += " \(name)"
  }

  private mutating func takeOption(_ argument: String) throws(UsageError) {
    let isLong = argument.hasPrefix("--")
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let written = String(parts[0])
    let attached = parts.count > 1 ? String(parts[1]) : nil
    let name = String(written.drop { $0 == "-" })
    let options = declarations.filter { $0.shape != .positional }
    let found = options.first { isLong ? $0.name == name : name.count == 1 && $0.short == name.first }
    if let found, found.shape == .flag {
      guard attached == nil else { throw error("\(written) takes no value") }
      record(found, true)
    } else if let found {
      try record(found, text: value(of: written, attached))
    } else if isLong, name.hasPrefix("no-"), let flag = options.first(where: { $0.name == name.dropFirst(3) }),
      flag.shape == .flag
    {
      guard attached == nil else { throw error("\(written) takes no value") }
      record(flag, false)
    } else if isLong, path.contains(where: { $0.openOptions?.accepts(name) == true }) {
      parsed.openOptions.append(Assignment(name: name, value: try value(of: written, attached)))
    } else {
      let open = path.flatMap { $0.openOptions?.known ?? [] }
      let hint = Suggestion.hint(for: name, in: options.map(\.name) + open + ["help"], prefix: "--")
      throw error("unknown option: \(written)\(hint)")
    }
  }

  private mutating func value(of option: String, _ attached: String?) throws(UsageError) -> String {
    if let attached { return attached }
    guard let next = rest.first, !next.hasPrefix("--") else {
      let hint = rest.isEmpty ? "" : " (a value that begins with dashes is written \(option)=VALUE)"
      throw error("\(option) needs a value\(hint)")
    }
    rest.removeFirst()
    return next
  }

  private mutating func assignPositionals() throws(UsageError) {
    var left = positionals[...]
    for declaration in command.arguments where declaration.shape == .positional {
      let count = declaration.isRepeated ? left.count : min(1, left.count)
      for text in left.prefix(count) { try record(declaration, text: text) }
      left = left.dropFirst(count)
    }
    if let extra = left.first { throw error("unexpected argument: \(extra)") }
  }

  private mutating func record(_ declaration: ArgumentDeclaration, text: String) throws(UsageError) {
    guard let value = declaration.parse(text) else {
      let hint = Suggestion.hint(for: text, in: declaration.choices)
      throw error("\(declaration.label): '\(text)' is not \(declaration.expectation)\(hint)")
    }
    if !declaration.isRepeated, declaration.shape == .option, parsed.values[declaration.name] != nil {
      throw error("\(declaration.label) is given more than once")
    }
    record(declaration, value)
  }

  private mutating func record(_ declaration: ArgumentDeclaration, _ value: any Sendable) {
    parsed.values[declaration.name, default: []].append(value)
  }

  private func error(_ message: String) -> UsageError {
    UsageError(message, usage: HelpText.usage(path), hint: "Try '\(parsed.path) --help' for options and examples.")
  }
}
