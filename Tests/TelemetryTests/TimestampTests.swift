import Telemetry
import Testing

struct TimestampTests {
  @Test func nowIsNow() {
    #expect(Timestamp.now > Timestamp(microseconds: 1_700_000_000_000_000))
    #expect(Timestamp.now <= Timestamp.now)
  }
}
