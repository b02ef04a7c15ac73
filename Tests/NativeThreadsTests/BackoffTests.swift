import NativeThreads
import Testing

struct BackoffTests {
  @Test func pausesDoubleUpToTheLimit() {
    let backoff = Backoff(first: .milliseconds(50), most: .seconds(5))
    let pauses = (1...9).map { backoff.delay(afterFailures: $0, random: 1) }
    #expect(pauses.prefix(3) == [.milliseconds(50), .milliseconds(100), .milliseconds(200)])
    #expect(pauses.last == .seconds(5))
    #expect(backoff.delay(afterFailures: 1_000, random: 0) == .milliseconds(2_500))
  }
}
