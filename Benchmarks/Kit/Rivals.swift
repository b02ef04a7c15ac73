internal import Foundation

/// What other people's libraries take of one thread's time for the same file, where Python has them.
public struct Rivals: Sendable {
  private let script: String

  /// - Parameter script: Python that asks for `path`, and calls `best(name, body)` for each library that it `has`.
  public init(script: String) { self.script = Rivals.prelude + script }

  /// Prints their rates, and the ratio of `rate` to them.
  public func compare(_ path: String, rows: Int, _ name: String, rate: Double) {
    do {
      for line in try run(path).split(separator: "\n") {
        let words = line.split(separator: " ")
        guard words.count == 2, let seconds = Double(words[1]) else {
          print(line)
          continue
        }
        let other = Double(rows) / seconds
        print("\(words[0]): \(Int(other)) rows/s; \(name) here are \(Int(rate / other * 100)) % of that")
      }
    } catch {
      print("others: not compared (\(error))")
    }
  }

  /// `PYTHON` names the interpreter, if it is not the usual one.
  private func run(_ path: String) throws -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let python = ProcessInfo.processInfo.environment["PYTHON"] ?? "python3"
    process.arguments = [python, "-c", script, path]
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self)
  }

  private static let prelude = """
    import importlib.util, os, sys, time
    os.environ["POLARS_MAX_THREADS"] = "1"
    path = sys.argv[1]

    def has(module, name):
        found = importlib.util.find_spec(module) is not None
        if not found: print(name + ": absent")
        return found

    def best(name, body, times=3):
        seconds = []
        for _ in range(times):
            start = time.process_time()
            body()
            seconds.append(time.process_time() - start)
        print(name, min(seconds), flush=True)


    """
}
