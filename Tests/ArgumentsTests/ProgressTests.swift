import Arguments
import Glibc
import Testing

struct ProgressTests {
  private func line(_ width: Int, _ steps: (inout ProgressBar) -> Void) -> String {
    var bar = ProgressBar("checking", unit: .rows)
    steps(&bar)
    return bar.line(width: width)
  }

  @Test func aBarShowsShareRowsRateAndWhatIsLeft() {
    let line = line(80) { $0.advance(to: 1_234_567, share: 0.25, at: .seconds(4)) }
    #expect(line == "checking  ━━━━━────────────────   25%  1,234,567 rows  308,641 rows/s  0:12 left")
  }

  @Test func theWidthIsKept() {
    for width in 0...120 {
      let line = line(width) { $0.advance(to: 1_234_567, of: 2_000_000, at: .seconds(100)) }
      #expect(DisplayWidth.of(line) <= width)
      // The bar goes before the figures do.
      if width < 60 { #expect(!line.contains("━"), "\(line)") }
      if width > 90 { #expect(line.contains("━") && line.hasSuffix("left"), "\(line)") }
    }
  }

  @Test func withoutAShareThereIsNoBar() {
    #expect(line(80) { $0.advance(to: 10, at: .seconds(1)) } == "checking  10 rows  10 rows/s")
    #expect(line(80) { $0.advance(to: 0, of: 0, at: .seconds(1)) } == "checking  0 of 0 rows")
  }

  @Test func aSecondPassGoesThroughTheRowsAnew() {
    let line = line(80) { bar in
      bar.advance(to: 1_000, share: 0.5, at: .seconds(1))
      bar.advance(to: 10, share: 0.51, at: .milliseconds(1_200))
      bar.advance(to: 1_010, share: 0.99, at: .milliseconds(2_200))
    }
    #expect(line.contains("1,010 rows  1,004 rows/s"), "\(line)")
  }

  @Test func bytesAreShownAsFilesAre() {
    var bar = ProgressBar("sending", unit: .bytes)
    bar.advance(to: 999, of: 52_040_000, at: .seconds(1))
    #expect(bar.line(width: 80).hasSuffix("0%  999 B of 52.0 MB  999 B/s"))
    bar.advance(to: 52_040_000, of: 52_040_000, at: .seconds(1))
    #expect(bar.line(width: 80).hasSuffix("100%  52.0 MB of 52.0 MB  999 B/s"))
  }

  @Test func onlyTheBarIsStyled() {
    var bar = ProgressBar("checking", unit: .rows)
    bar.advance(to: 5, of: 10, at: .zero)
    let line = bar.line(width: 60) { text, isFilled in isFilled ? "<\(text)>" : "(\(text))" }
    #expect(line == "checking  <━━━━━━━━━━━━━━━>(───────────────)   50%  5 of 10 rows")
  }

  @Test(.enabled(if: getenv("TERM").map { String(cString: $0) } != "dumb"))
  func aMeterShowsLongWorkOnATerminalAlone() throws {
    let pair = try Pair()
    defer { pair.close() }
    let brief = ProgressMeter("brief", unit: .rows, on: pair.terminal)
    brief.report(1, of: 2)
    brief.clear()
    #expect(pair.written == "")
    let long = ProgressMeter("long", unit: .rows, on: pair.terminal, delay: .milliseconds(100))
    for _ in 0..<300 where !pair.hasWritten {
      long.report(1, of: 2)
      usleep(10_000)
    }
    let shown = pair.written
    #expect(shown.hasPrefix("\rlong  ") && shown.hasSuffix("1 of 2 rows\u{1b}[K"), "\(shown)")
    long.clear()
    #expect(pair.written == "\r\u{1b}[K")
  }
}

/// A terminal, and the program that shows it.
private struct Pair {
  let terminal: Terminal
  private let screen: Int32
  /// `TIOCSPTLCK` and `TIOCGPTN`, macros that Swift does not import.
  private static let (unlock, ask): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

  init() throws {
    screen = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK)
    var (number, lock): (UInt32, Int32) = (0, 0)
    try #require(screen >= 0 && ioctl(screen, Pair.unlock, &lock) == 0 && ioctl(screen, Pair.ask, &number) == 0)
    let descriptor = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    try #require(descriptor >= 0)
    var size = winsize(ws_row: 24, ws_col: 60, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
    terminal = Terminal(descriptor: descriptor)
  }

  var hasWritten: Bool {
    var event = pollfd(fd: screen, events: Int16(POLLIN), revents: 0)
    return poll(&event, 1, 0) == 1
  }

  /// What was written since it was last asked.
  var written: String {
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = read(screen, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  func close() {
    _ = Glibc.close(terminal.descriptor)
    _ = Glibc.close(screen)
  }
}
