/// A program with commands: reads its command line, runs the command, and tells mistakes.
public struct Program: Sendable {
  /// The program was understood and did what it was asked to.
  public static let success: Int32 = 0
  public static let failed: Int32 = 1
  public static let usage: Int32 = 2

  private let root: Command
  private let version: String
  private let width: Int
  private let output: @Sendable (String) -> Void
  private let errors: @Sendable (String) -> Void

  /// - Parameters:
  ///   - root: the program itself, a group of commands.
  ///   - output, errors: what prints a text that has its own line feeds; the standard streams unless given.
  public init(
    _ root: Command, version: String, width: Int? = nil, output: (@Sendable (String) -> Void)? = nil,
    errors: (@Sendable (String) -> Void)? = nil
  ) {
    self.root = root
    self.version = version
    self.width = width ?? Terminal.output.width
    self.output = output ?? { Terminal.output.write($0) }
    self.errors = errors ?? { Terminal.errors.write($0) }
  }

  /// Runs what the arguments (without the program's own name) ask for, and returns the exit code.
  ///
  /// What a command throws is printed as `error: …`; the exit code is then 1, or 2 for a `UsageError`.
  public func run(_ arguments: [String]) async -> Int32 {
    do {
      switch try ArgumentParser.parse(root, arguments) {
      case .help(let path): output(HelpText.text(path, width: width))
      case .version: output("\(root.name) \(version)\n")
      case .run(let command, let parsed):
        guard let body = command.body else { return Self.usage }
        return try await body(parsed)
      }
      return Self.success
    } catch let error as UsageError {
      errors("\(error)\n")
      return Self.usage
    } catch {
      errors("error: \(error)\n")
      return Self.failed
    }
  }

  /// What became of a command line that is only read.
  public enum Reading: Sendable {
    case understood(ParsedArguments)
    /// Help was asked for, or there was a mistake, which is printed: the program ends with this code.
    case ended(Int32)
  }

  /// Reads the arguments (without the program's own name), for a program that goes on by itself.
  public func read(_ arguments: [String]) -> Reading {
    do throws(UsageError) {
      switch try ArgumentParser.parse(root, arguments) {
      case .help(let path): output(HelpText.text(path, width: width))
      case .version: output("\(root.name) \(version)\n")
      case .run(_, let parsed): return .understood(parsed)
      }
      return .ended(Self.success)
    } catch {
      errors("\(error)\n")
      return .ended(Self.usage)
    }
  }

  /// The help of a command by its names below the program's, for a reference page; nil when there is none.
  public func help(for names: [String]) -> String? {
    var path = [root]
    for name in names {
      guard let next = path[path.count - 1].subcommands.first(where: { $0.name == name }) else { return nil }
      path.append(next)
    }
    return HelpText.text(path, width: width)
  }
}
