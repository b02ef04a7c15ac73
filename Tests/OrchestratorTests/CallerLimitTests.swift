import HTTPCaller
import Testing

@testable import Orchestrator

struct CallerLimitTests {
  @Test func systemsBehindOneHostHaveRoomForAll() throws {
    let systems = try graph(
      """
      systems:
        a: { url: "http://gateway/a", consumes: [cost], concurrency: 300, snippet: {} }
        b: { url: "HTTP://Gateway/b", consumes: [cost], concurrency: 200, snippet: {} }
        c: { url: "http://gateway:81/c", consumes: [cost], concurrency: 900, snippet: {} }
        k: { topic: k, consumes: [cost], snippet: {} }
      lookups:
        o: { url: "http://gateway/{gtin14}", concurrency: 500 }
      """)
    var configuration = HTTPCallerConfiguration()
    configuration.callsPerHost = 256
    configuration.callsInFlight = 1_000
    configuration.makeRoom(for: systems)
    #expect(configuration.callsPerHost == 1_000 && configuration.callsInFlight == 1_900)
    configuration.callsPerHost = 2_000
    configuration.makeRoom(for: systems)
    #expect(configuration.callsPerHost == 2_000)
  }
}
