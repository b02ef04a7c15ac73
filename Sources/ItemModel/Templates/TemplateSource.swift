/// A place in a file that a person wrote.
public struct SourceLocation: Sendable, Equatable, CustomStringConvertible {
  public let file: String
  public let line: Int
  public let column: Int

  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `systems.yaml:12:5`.
  public var description: String { "\(file):\(line):\(column)" }
}

/// A template as it was written, before it is checked and compiled.
public indirect enum TemplateSource: Sendable {
  /// `isQuoted` tells the text `"5"` from the number `5`.
  case scalar(String, isQuoted: Bool, SourceLocation)
  case list([TemplateSource], SourceLocation)
  case mapping([(name: String, location: SourceLocation, value: TemplateSource)], SourceLocation)

  public var location: SourceLocation {
    switch self {
    case .scalar(_, _, let location), .list(_, let location), .mapping(_, let location): location
    }
  }
}

/// A mistake in a systems file: where it is, what it is, and what would be right.
public struct TemplateMistake: Error, Sendable, Equatable, CustomStringConvertible {
  public let location: SourceLocation
  public let message: String

  public init(_ location: SourceLocation, _ message: String) {
    self.location = location
    self.message = message
  }

  public var description: String { "\(location): \(message)" }
}

/// All mistakes of a template, in its order; never empty.
public struct TemplateMistakes: Error, Sendable, Equatable, CustomStringConvertible {
  public let mistakes: [TemplateMistake]

  public var description: String { mistakes.map(\.description).joined(separator: "\n") }
}
