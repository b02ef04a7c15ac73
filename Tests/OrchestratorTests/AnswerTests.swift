import HTTPCaller
import ItemModel
import Testing

@testable import Orchestrator

@Suite struct AnswerTests {
  private func read(_ status: Int, _ body: String = "", dataErrors: Set<Int> = [400, 422]) -> (
    SystemResult, SystemCircuit.Verdict
  ) {
    let meaning = SystemAnswer(status: status, body: Array(body.utf8), retryAfter: nil)
      .meaning(dataErrors: dataErrors)
    return (meaning.result, meaning.verdict)
  }

  @Test(arguments: [
    (200, SystemOutcome.Result.accepted, nil, SystemCircuit.Verdict.alive), (204, .accepted, nil, .alive),
    (400, .dataError, "rejected", .alive), (422, .dataError, "rejected", .alive),
    (409, .systemError, "version_conflict", .alive),
    (401, .systemError, "system_misconfigured", .misconfigured),
    (403, .systemError, "system_misconfigured", .misconfigured),
    (404, .systemError, "system_misconfigured", .misconfigured),
    (405, .systemError, "system_misconfigured", .misconfigured),
    (415, .systemError, "system_misconfigured", .misconfigured),
    (302, .systemError, "system_misconfigured", .misconfigured),
    (308, .systemError, "system_misconfigured", .misconfigured),
    (413, .systemError, "http_413", .failed), (429, .systemError, "http_429", .failed),
    (500, .systemError, "http_500", .failed), (503, .systemError, "http_503", .failed),
  ]) func statuses(
    _ status: Int, _ result: SystemOutcome.Result, _ code: String?, _ verdict: SystemCircuit.Verdict
  ) {
    let (found, foundVerdict) = read(status)
    #expect(found.result == result && found.status == status && found.code == code && foundVerdict == verdict)
  }

  @Test func theBodySaysWhatIsWrongWithTheData() {
    let (result, _) = read(422, #" {"code":"bad_cost","description":"below zero"}"#)
    #expect(result == .dataError("bad_cost", "below zero", status: 422))
    #expect(read(418, #"{"code":"teapot"}"#, dataErrors: [418]).0.code == "teapot")
    #expect(read(422, "{").0.code == "rejected")
    #expect(read(422, #"{"code":7}"#).0.code == "rejected")
    #expect(read(409, #"{"code":"other","detail":"holds 9"}"#).0.description == "holds 9")
    #expect(read(409, #"{"code":"other"}"#).0.code == "version_conflict")
    let long = read(400, #"{"description":"\#(String(repeating: "ä", count: 5_000))"}"#).0.description
    #expect(long?.utf8.count == 500)
  }

  @Test func retryAfterInBothForms() {
    // Sun, 06 Nov 1994 08:49:37 GMT
    let then: Int64 = 784_111_777
    #expect(RetryAfter.duration("120", now: 0) == .seconds(120))
    #expect(RetryAfter.duration("0", now: 0) == .zero)
    #expect(RetryAfter.duration("99999999999999999999", now: 0) == .seconds(86_400))
    #expect(RetryAfter.duration("Sun, 06 Nov 1994 08:49:37 GMT", now: then - 30) == .seconds(30))
    #expect(RetryAfter.duration("Sun, 06 Nov 1994 08:49:37 GMT", now: then + 30) == .zero)
    for text in ["", "-1", "1.5", "soon", "Sun, 06 Nov 1994", "Sun, 06 Foo 1994 08:49:37 GMT"] {
      #expect(RetryAfter.duration(text, now: 0) == nil)
    }
  }

  @Test func aBatchIsAnsweredEntryByEntry() throws {
    let body = #"[{"status":200},{"status":422,"code":"c","description":"d"},{"status":503,"retryAfter":7}]"#
    let entries = try #require(SystemAnswer.entries(Array(body.utf8), count: 3))
    #expect(entries.map(\.status) == [200, 422, 503])
    #expect(entries[1].meaning(dataErrors: [422]).result == .dataError("c", "d", status: 422))
    #expect(entries[2].meaning(dataErrors: [422]).result.retryAfter == .seconds(7))
    #expect(SystemAnswer.entries(Array(body.utf8), count: 2) == nil)
    #expect(SystemAnswer.entries(Array(#"[{"code":"x"}]"#.utf8), count: 1) == nil)
    #expect(SystemAnswer.entries(Array(#"{"status":200}"#.utf8), count: 1) == nil)
    #expect(SystemAnswer.entries([], count: 0) == nil)
  }

  @Test func newerMessagesSupersede() {
    let values = [#"{"version":8,"systems":{"a":{},"b":{}}}"#, #"{"version":7,"systems":{"c":{}}}"#, "{", "{}"]
    #expect(Followers.systems(of: values.map { Array($0.utf8) }, newerThan: 7) == ["a", "b"])
  }
}
