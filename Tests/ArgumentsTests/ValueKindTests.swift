import Arguments
import Testing

private enum Colour: String, CaseIterable {
  case red, green
}

struct ValueKindTests {
  @Test func rangesAreKept() {
    let port = ValueKind.int(1...65_535)
    #expect(port.parse("65535") == 65_535)
    #expect(port.parse("65536") == nil)
    #expect(port.parse("0x10") == nil)
    #expect(port.expectation == "a whole number from 1 to 65535")
    #expect(ValueKind.duration(.seconds(1)...(.seconds(60))).parse("2m") == nil)
    #expect(ValueKind.duration(.zero...(.seconds(60))).expectation == "a time such as 500ms, 30s or 1h30m up to 1m")
    #expect(ValueKind.size(1_024...Int.max).parse("1KB") == nil)
  }

  @Test func choicesAndLists() {
    #expect(ValueKind<Colour>.choice.parse("red") == .red)
    #expect(ValueKind<Colour>.choice.parse("blue") == nil)
    let list = ValueKind.list(of: .choice(["api", "ingest"]))
    #expect(list.parse("api, ingest") == ["api", "ingest"])
    #expect(list.parse("") == [])
    #expect(list.parse("api,,ingest") == nil)
    #expect(list.format(["a", "b"]) == "a,b")
  }

  @Test func assignmentsSplitAtTheFirstSign() {
    #expect(ValueKind.assignment.parse("a.b=c=d") == Assignment(name: "a.b", value: "c=d"))
    #expect(ValueKind.assignment.parse("a=") == Assignment(name: "a", value: ""))
    #expect(ValueKind.assignment.parse("=a") == nil)
    #expect(ValueKind.assignment.parse("a") == nil)
  }

  @Test func suggestionsAreSlipsOnly() {
    let words = ["submit", "status", "validate"]
    #expect(Suggestion.closest(to: "sumbit", in: words) == "submit")
    #expect(Suggestion.closest(to: "vali", in: words) == "validate")
    #expect(Suggestion.closest(to: "delete", in: words) == nil)
  }
}
