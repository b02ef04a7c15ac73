/// A command of the program, or a group of commands.
public struct Command: Sendable {
  public typealias Body = @Sendable (ParsedArguments) async throws -> Int32

  public let name: String
  /// One line: what it does.
  public let summary: String
  /// What else there is to know, in paragraphs.
  public let discussion: String
  /// Command lines that work, each with what it does.
  public let examples: [(command: String, explanation: String)]
  /// Options, flags and positional arguments. Options and flags of a group are those of all its commands, too.
  public let arguments: [ArgumentDeclaration]
  /// Which options beside the declared ones are taken as they are, with a value: see `ParsedArguments.openOptions`.
  public let openOptions: OpenOptions?
  public let subcommands: [Command]
  let body: Body?

  /// A command that does something. `body` returns the exit code.
  public init(
    _ name: String, summary: String, discussion: String = "",
    examples: [(command: String, explanation: String)] = [], arguments: [ArgumentDeclaration] = [],
    openOptions: OpenOptions? = nil, body: @escaping Body
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.examples = examples
    self.arguments = arguments
    self.openOptions = openOptions
    subcommands = []
    self.body = body
  }

  /// A group of commands.
  public init(
    _ name: String, summary: String, discussion: String = "",
    examples: [(command: String, explanation: String)] = [], arguments: [ArgumentDeclaration] = [],
    openOptions: OpenOptions? = nil, subcommands: [Command]
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.examples = examples
    self.arguments = arguments
    self.openOptions = openOptions
    self.subcommands = subcommands
    body = nil
  }
}

/// Options whose names are not declared one by one, such as the keys of a configuration.
public struct OpenOptions: Sendable {
  let placeholder: String
  let help: String
  let known: [String]
  let accepts: @Sendable (String) -> Bool

  /// - Parameters:
  ///   - placeholder: how such an option is shown in the help, as `--KEY VALUE`.
  ///   - known: names that are proposed for one that is misspelt.
  ///   - accepts: whether the option of this name, without dashes, is such a one.
  public init(
    _ placeholder: String, help: String, known: [String] = [], accepts: @escaping @Sendable (String) -> Bool
  ) {
    self.placeholder = placeholder
    self.help = help
    self.known = known
    self.accepts = accepts
  }
}

/// What was written on the command line, checked.
public struct ParsedArguments: Sendable {
  /// The names of the program and the command, as `hyperloop feed submit`.
  public internal(set) var path: String
  /// The open options in order, each with its name without dashes.
  public internal(set) var openOptions: [Assignment] = []
  var values: [String: [any Sendable]] = [:]

  /// The value of an argument, which must be declared for the command.
  public subscript<Value>(argument: Argument<Value>) -> Value {
    guard let value = argument.value(values[argument.declaration.name] ?? []) else {
      preconditionFailure("\(argument.declaration.label) is not declared for \(path)")
    }
    return value
  }
}
