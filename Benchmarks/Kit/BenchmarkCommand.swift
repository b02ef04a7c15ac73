public import Arguments
internal import Glibc

/// The command line of a benchmark program.
public enum BenchmarkCommand {
  /// Reads it. Help that was asked for, or a mistake, ends the program.
  /// - Parameters:
  ///   - name: the program's.
  ///   - summary: one line: what is measured.
  ///   - needs: what has to be there, in a sentence.
  public static func read(
    _ name: String, summary: String, needs: String = "", arguments: [ArgumentDeclaration] = []
  ) -> ParsedArguments {
    let command = Command(name, summary: summary, discussion: needs, arguments: arguments) { _ in Program.success }
    let program = Program(command, version: "(a part of Hyperloop)")
    switch program.read(Array(CommandLine.arguments.dropFirst())) {
    case .understood(let parsed): return parsed
    case .ended(let code): exit(code)
    }
  }

  /// Does what depends on things that may not be as the arguments say, and ends the program with a line about it.
  public static func orEnd<Result>(_ body: () throws -> Result) -> Result {
    do { return try body() } catch { end(error) }
  }

  public static func end(_ error: any Error) -> Never {
    Terminal.errors.print("error: \(error)")
    exit(Program.failed)
  }
}
