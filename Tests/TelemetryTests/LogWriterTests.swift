import Glibc
import NativeThreads
import Telemetry
import Testing

/// A pipe whose end is read as text.
private struct Pipe {
  let reader: Int32
  let writer: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    (reader, writer) = (ends[0], ends[1])
  }

  /// What was written, once `close` has ended it.
  func text() -> String {
    close(writer)
    return readToEnd()
  }

  func readToEnd() -> String {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(reader, &buffer, buffer.count), count > 0 { all += buffer[..<count] }
    close(reader)
    return String(decoding: all, as: UTF8.self)
  }
}

@Suite(.timeLimit(.minutes(5)))
struct LogWriterTests {
  /// The line without its instant, which is checked for its form.
  private func withoutTime(_ line: Substring, prefix: Int = 0) throws -> String {
    let time = line.dropFirst(prefix).prefix(27)
    _ = try #require(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/))
    return String(line.prefix(prefix) + line.dropFirst(prefix + 27))
  }

  @Test func textEscapesWhatWouldForgeALine() throws {
    let pipe = try Pipe()
    let writer = LogWriter(descriptor: pipe.writer, format: .text)
    let logger = Logger(label: "kafka", sink: writer)
    logger.warning("broker unreachable", ["broker": "b1", "why": "a \"b\"\n\u{1b}[2J", "empty": ""])
    writer.stop()
    let lines = pipe.text().split(separator: "\n")
    #expect(lines.count == 1)
    #expect(
      try withoutTime(lines[0])
        == " WARN  kafka: broker unreachable broker=b1 why=\"a \\\"b\\\"\\n\\u001b[2J\" empty=\"\"")
  }

  @Test func jsonIsOneObjectALine() throws {
    let pipe = try Pipe()
    let writer = LogWriter(descriptor: pipe.writer)
    let logger = Logger(label: "kafka", sink: writer)
    logger.info("käse", ["a": "x\"\\\t\u{1}"])
    logger.error("plain")
    writer.stop()
    let lines = pipe.text().split(separator: "\n")
    #expect(lines.count == 2)
    #expect(
      try withoutTime(lines[0], prefix: 9)
        == #"{"time":"","level":"info","label":"kafka","message":"käse","metadata":{"a":"x\"\\\t\u0001"}}"#)
    #expect(try withoutTime(lines[1], prefix: 9) == #"{"time":"","level":"error","label":"kafka","message":"plain"}"#)
  }

  @Test func aReaderThatHangsLosesLinesAndNeverHoldsTheCallerUp() async throws {
    let pipe = try Pipe()
    let writer = LogWriter(descriptor: pipe.writer, format: .text, capacity: 10)
    let logger = Logger(label: "l", sink: writer)
    // More than a pipe and the queue hold together.
    let long = String(repeating: "x", count: 10_000)
    for _ in 0..<200 { logger.info("line", ["long": long]) }
    #expect(writer.dropped > 0)
    async let text = readAll(pipe)
    await writer.flush()
    logger.info("last")
    writer.stop()
    close(pipe.writer)
    let lines = await text.split(separator: "\n")
    let told = lines.filter { $0.contains("log lines were dropped") }
      .compactMap { $0.split(separator: "=").last.flatMap { Int($0) } }.reduce(0, +)
    #expect(told == writer.dropped)
    #expect(lines.filter { $0.contains(": line ") }.count == 200 - told)
    #expect(lines.last?.contains("last") == true)
  }

  /// Reads until the end, on a thread of its own.
  private func readAll(_ pipe: Pipe) async -> String {
    await withCheckedContinuation { continuation in
      _ = NativeThread(name: "reader") { continuation.resume(returning: pipe.readToEnd()) }
    }
  }

  @Test func afterStopNothingIsWritten() throws {
    let pipe = try Pipe()
    let writer = LogWriter(descriptor: pipe.writer, format: .text)
    writer.stop()
    Logger(label: "l", sink: writer).info("late")
    #expect(pipe.text().isEmpty)
    #expect(writer.dropped == 1)
  }
}
