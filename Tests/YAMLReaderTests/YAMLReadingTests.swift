import Testing
import YAMLReader

@Suite struct YAMLReadingTests {
  private func node(_ text: String) throws -> YAMLNode { try #require(try parse("a: \(text)")["a"]) }

  private enum Lane: String, CaseIterable { case price, setup, bulk }

  @Test func readsScalars() throws {
    #expect(try node("x y").string() == "x y")
    #expect(try node("12").string() == "12")
    #expect(try node("\"\"").string() == "")
    #expect(try node("\"null\"").string() == "null")
    #expect(try node("-12").int() == -12)
    #expect(try node("8080").int(in: 1...65535) == 8080)
    #expect(try node("0.25").number(in: 0...1) == 0.25)
    #expect(try node("true").bool() && !node("false").bool())
    #expect(try node("[1, 2]").list().map { try $0.int() } == [1, 2])
    #expect(try node("{b: 1, c: 2}").mapping().map { $0.key.text } == ["b", "c"])
    #expect(try node("setup").oneOf(["price", "setup"]) == "setup")
    #expect(try node("bulk").oneOf(Lane.self) == .bulk)
  }

  @Test(arguments: [
    ("250ms", Duration.milliseconds(250)), ("2s", .seconds(2)), ("30m", .seconds(1800)), ("24h", .seconds(86400)),
    ("20d", .seconds(1_728_000)), ("1h30m", .seconds(5400)), ("0", .zero),
  ])
  func readsDurations(text: String, expected: Duration) throws {
    #expect(try node(text).duration() == expected)
  }

  @Test func explainsMistakes() throws {
    func say(_ text: String, _ read: (YAMLNode) throws -> some Any) throws -> String? {
      let node = try node(text)
      return mistakes { try read(node) }
    }
    let at = "a.yaml:1:4: "
    #expect(try say("~") { try $0.string() } == at + "expected text, found nothing")
    #expect(try say("[b]") { try $0.string() } == at + "expected text, found a list")
    #expect(try say("1.5") { try $0.int() } == at + "expected a whole number, found “1.5”")
    #expect(
      try say("70000") { try $0.int(in: 1...65535) }
        == at + "70000 is out of range; it must be from 1 to 65535")
    #expect(
      try say("0") { try $0.int(in: 1...Int.max) } == at
        + "0 is out of range; it must be at least 1")
    #expect(try say("nan") { try $0.number() } == at + "expected a number, found “nan”")
    #expect(
      try say("yes") { try $0.bool() } == at + "expected true or false, found “yes”; write true")
    #expect(
      try say("Off") { try $0.bool() } == at + "expected true or false, found “Off”; write false")
    #expect(
      try say("TRUE") { try $0.bool() } == at + "expected true or false, found “TRUE”; write true"
    )
    #expect(
      try say("5") { try $0.duration() } == at
        + "“5” has no unit; write ms, s, m, h or d after the number")
    #expect(
      try say("5min") { try $0.duration() }
        == at + "the unit “min” is not known; write ms, s, m, h or d after the number")
    #expect(
      try say("soon") { try $0.duration() }
        == at + "expected a time span, found “soon”; write it as 250ms, 2s, 30m, 24h or 20d")
    #expect(try say("-5s") { try $0.duration() } != nil)
    #expect(
      try say("9000000000000000000d") { try $0.duration() } == at
        + "“9000000000000000000d” is too large")
    #expect(try say("b") { try $0.list() } == at + "expected a list, found “b”; write [b]")
    #expect(
      try say("b") { try $0.mapping() } == at + "expected a mapping (key: value), found “b”")
    #expect(
      try say("pirce") { try $0.oneOf(Lane.self) } == at
        + "“pirce” is not known here; did you mean price?")
    #expect(
      try say("nightly") { try $0.oneOf(["price", "bulk"]) }
        == at + "“nightly” is not known here; it must be one of price, bulk")
    #expect(
      try say("{ulr: 1}") { try $0.require("url") }
        == at + "the key “url” is missing; is “ulr” meant to be it?")
  }

  @Test func fieldsRefuseWhatNobodyAskedFor() throws {
    let root = try parse("url: x\nconsumse: [a]\ntimeout: 2s\nfrobnicate: 1")
    var fields = try YAMLFields(root)
    #expect(try fields.require("url").string() == "x")
    #expect(try fields.take(optional: "timeout")?.duration() == .seconds(2))
    #expect(fields.take(optional: "consumes") == nil)
    let complete = fields
    #expect(
      mistakes { try complete.finish() } == """
        a.yaml:2:1: unknown key “consumse”; did you mean consumes?
        a.yaml:4:1: unknown key “frobnicate”; known here: consumes, timeout, url
        """)
    _ = fields.take(optional: "consumse")
    _ = fields.take(optional: "frobnicate")
    try fields.finish()
  }

  @Test func mistakesAreGathered() throws {
    let root = try parse("port: 0\nlanes: none\nhost: h")
    var found = YAMLMistakes()
    let port = found.collect(try root.require("port").int(in: 1...9))
    let host = found.collect(try root.require("host").string())
    _ = found.collect(try root.require("lanes").list())
    found.add(root.location, "port and host clash")
    #expect(port == nil && host == "h")
    #expect(found.found.map(\.location.line) == [1, 2, 1])
    #expect(throws: YAMLError.self) { try found.throwIfAny() }
    try YAMLMistakes().throwIfAny()
    var limited = YAMLMistakes(limit: 1)
    limited.add(root.location, "one")
    limited.add(root.location, "two")
    #expect(limited.found.map(\.what) == ["one"])
  }
}
