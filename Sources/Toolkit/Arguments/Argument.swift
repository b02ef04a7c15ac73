/// An option, a flag or a positional argument of a command: what may be written, and the key to what was.
///
/// ```swift
/// let limit = Argument.option("limit", .int(1...1_000), default: 100, help: "How many rows are shown.")
/// Command("list", summary: "…", arguments: [limit.declaration]) { parsed in print(parsed[limit]) }
/// ```
public struct Argument<Value: Sendable>: Sendable {
  public let declaration: ArgumentDeclaration
  /// The value of what was given, in order, each already parsed.
  let value: @Sendable ([any Sendable]) -> Value?
}

/// An argument without the type of its value, for a command's list.
public struct ArgumentDeclaration: Sendable {
  enum Shape: Sendable {
    case option, flag, positional
  }

  let name: String
  let short: Character?
  let shape: Shape
  let isRequired: Bool
  let isRepeated: Bool
  let placeholder: String
  let expectation: String
  let choices: [String]
  let defaultText: String?
  let help: String
  let parse: @Sendable (String) -> (any Sendable)?

  /// How it is called in messages.
  var label: String { shape == .positional ? name : "--\(name)" }
}

extension ArgumentDeclaration {
  fileprivate init<Value>(
    _ name: String, _ shape: Shape, _ kind: ValueKind<Value>, short: Character? = nil, isRequired: Bool = false,
    isRepeated: Bool = false, default defaultValue: Value? = nil, help: String
  ) {
    self.init(
      name: name, short: short, shape: shape, isRequired: isRequired, isRepeated: isRepeated,
      placeholder: kind.placeholder, expectation: kind.expectation, choices: kind.choices,
      defaultText: defaultValue.map(kind.format), help: help, parse: { kind.parse($0) })
  }
}

extension Argument {
  /// `--name VALUE`, with a value of its own when it is not given.
  public static func option(
    _ name: String, _ kind: ValueKind<Value>, default defaultValue: Value, short: Character? = nil, help: String
  ) -> Argument {
    Argument(
      declaration: ArgumentDeclaration(name, .option, kind, short: short, default: defaultValue, help: help),
      value: { $0.last.map { $0 as? Value } ?? defaultValue })
  }

  /// `--name VALUE`, nil when it is not given.
  public static func option<Wrapped: Sendable>(
    _ name: String, _ kind: ValueKind<Wrapped>, short: Character? = nil, help: String
  ) -> Argument where Value == Wrapped? {
    Argument(
      declaration: ArgumentDeclaration(name, .option, kind, short: short, help: help),
      value: { .some($0.last as? Wrapped) })
  }

  /// `--name VALUE`, which must be given.
  public static func required(
    _ name: String, _ kind: ValueKind<Value>, short: Character? = nil, help: String
  ) -> Argument {
    Argument(
      declaration: ArgumentDeclaration(name, .option, kind, short: short, isRequired: true, help: help),
      value: { $0.last as? Value })
  }

  /// `--name VALUE`, any number of times.
  public static func repeated<Element: Sendable>(
    _ name: String, _ kind: ValueKind<Element>, short: Character? = nil, help: String
  ) -> Argument where Value == [Element] {
    Argument(
      declaration: ArgumentDeclaration(name, .option, kind, short: short, isRepeated: true, help: help),
      value: { $0.compactMap { $0 as? Element } })
  }

  /// `--name` or `--no-name`.
  public static func flag(
    _ name: String, default defaultValue: Bool = false, short: Character? = nil, help: String
  ) -> Argument where Value == Bool {
    Argument(
      declaration: ArgumentDeclaration(
        name, .flag, .bool, short: short, default: defaultValue ? true : nil, help: help),
      value: { $0.last as? Bool ?? defaultValue })
  }

  /// An argument by its place, which must be given. `name` is written in capitals.
  public static func positional(_ name: String, _ kind: ValueKind<Value>, help: String) -> Argument {
    Argument(
      declaration: ArgumentDeclaration(name, .positional, kind, isRequired: true, help: help),
      value: { $0.last as? Value })
  }

  /// An argument by its place, nil when it is not given.
  public static func optionalPositional<Wrapped: Sendable>(
    _ name: String, _ kind: ValueKind<Wrapped>, help: String
  ) -> Argument where Value == Wrapped? {
    Argument(
      declaration: ArgumentDeclaration(name, .positional, kind, help: help), value: { .some($0.last as? Wrapped) })
  }

  /// All remaining arguments, at least one when `isRequired`. The last positional argument of a command.
  public static func positionals<Element: Sendable>(
    _ name: String, _ kind: ValueKind<Element>, isRequired: Bool = true, help: String
  ) -> Argument where Value == [Element] {
    Argument(
      declaration: ArgumentDeclaration(
        name, .positional, kind, isRequired: isRequired, isRepeated: true, help: help),
      value: { $0.compactMap { $0 as? Element } })
  }
}
