/// A command line that cannot be understood. Exit code 2.
public struct UsageError: Error, CustomStringConvertible {
  /// What is wrong, and what was probably meant.
  public let message: String
  /// The usage line of the command, empty when a command's own check found the error.
  public let usage: String
  /// What to look at next.
  public let hint: String

  public init(_ message: String, usage: String = "", hint: String = "") {
    self.message = message
    self.usage = usage
    self.hint = hint
  }

  public var description: String {
    (["error: \(message)"] + [usage, hint].filter { !$0.isEmpty }).joined(separator: "\n")
  }
}
