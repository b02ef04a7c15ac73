import Telemetry
import Testing

struct LoggerTests {
  @Test func linesBelowTheLevelAreNotEvenMade() {
    let log = CapturedLog()
    let logger = Logger(label: "a", level: .warning, sink: log)
    var made = 0
    func message() -> String {
      made += 1
      return "m"
    }
    logger.info(message())
    logger.critical(message())
    #expect(made == 1)
    #expect(log.messages == ["m"])
    #expect(log.events.first?.level == .critical)
  }

  @Test func contextGoesOnEveryLineUnderAnyLabel() {
    let log = CapturedLog()
    let logger = Logger(label: "a", sink: log).with("feed", "7").labelled("b")
    logger.info("row", ["line": "3"])
    #expect(log.events.first?.label == "b")
    #expect(log.events.first?.metadata.map { "\($0.key)=\($0.value)" } == ["feed=7", "line=3"])
  }
}
