import Telemetry
import Testing

struct TimestampTests {
  /// Pairs made with `date -u -d @SECONDS`.
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000000Z"), (951_782_400_000_001, "2000-02-29T00:00:00.000001Z"),
      (951_868_799_999_999, "2000-02-29T23:59:59.999999Z"), (1_554_974_445_123_456, "2019-04-11T09:20:45.123456Z"),
      (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
    ] as [(Int64, String)])
  func isRFC3339(microseconds: Int64, text: String) {
    #expect(Timestamp(microseconds: microseconds).description == text)
  }

  @Test func nowIsNow() {
    #expect(Timestamp.now > Timestamp(microseconds: 1_700_000_000_000_000))
    #expect(Timestamp.now <= Timestamp.now)
  }
}
