import Quantities
import Testing

struct QuantityTests {
  @Test(
    arguments: [
      ("0", .zero), ("500ms", .milliseconds(500)), ("1h30m", .seconds(5_400)), ("1.5s", .milliseconds(1_500)),
      ("2d", .seconds(172_800)), ("7us", .microseconds(7)), ("3ns", .nanoseconds(3)),
    ] as [(String, Duration)])
  func durationsAreRead(text: String, duration: Duration) {
    #expect(DurationText.parse(text) == duration)
    #expect(DurationText.parse(DurationText.format(duration)) == duration)
  }

  @Test(
    arguments: [
      ("", .malformed), ("5", .unit("")), ("s", .malformed), ("5x", .unit("x")), ("-5s", .malformed),
      ("1 s", .malformed), ("99999999999999999d", .tooLarge), ("99999999999999999999d", .tooLarge),
      ("1..5s", .malformed), ("5s3", .unit("")), ("٣s", .malformed),
    ] as [(String, DurationText.Problem)])
  func whatIsNoDurationIsRefused(text: String, problem: DurationText.Problem) {
    #expect(throws: problem) { try DurationText.read(text) }
    #expect(DurationText.parse(text) == nil)
  }

  @Test(arguments: [("0", 0), ("512", 512), ("64KiB", 65_536), ("10MB", 10_000_000), ("1.5MiB", 1_572_864)])
  func sizesAreRead(text: String, bytes: Int) {
    #expect(SizeText.parse(text) == bytes)
    #expect(SizeText.parse(SizeText.format(bytes)) == bytes)
  }

  @Test(arguments: ["", "KiB", "-1", "1.5", "1 KB", "99999999TiB", "1kib"])
  func whatIsNoSizeIsRefused(text: String) { #expect(SizeText.parse(text) == nil) }
}
