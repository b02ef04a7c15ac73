import Testing
import YAMLReader

@Suite(.timeLimit(.minutes(5))) struct YAMLDocumentTests {
  @Test func readsEveryKindWithItsPlace() throws {
    let root = try parse(
      """
      # systems
      pricing:
        url: "http://pricing:9001"   # REST
        consumes: [cost, 'pricing']
        as: { a: "{gtin}", "b": 1 }
        nothing:
        text: |
          one
          two
      list:
      - 1
      - é: x
      """)
    #expect(
      outline(root)
        == "{pricing:{url:'http://pricing:9001' consumes:[cost 'pricing'] as:{a:'{gtin}' 'b':1} nothing: text:'one\ntwo\n'} list:[1 {é:x}]}"
    )
    let pricing = try #require(root["pricing"])
    #expect(pricing.location.description == "a.yaml:3:3")
    #expect(pricing["consumes"]?.location == YAMLLocation(file: "a.yaml", line: 4, column: 13))
    #expect(pricing["nothing"]?.isNull == true && pricing["url"]?.isNull == false)
    #expect(try root.require("list").list()[1]["é"]?.location.column == 6)
    #expect(root["absent"] == nil && pricing["url"]?["x"] == nil)
  }

  @Test func acceptsEmptyFilesAndAByteOrderMark() throws {
    for text in ["", "\n# nothing\n", "---\n...\n"] { #expect(try parse(text).isNull) }
    let root = try parse("\u{FEFF}a: 1\nb: 2")
    #expect(outline(root) == "{a:1 b:2}")
    #expect(root["a"]?.location.column == 4)
  }

  @Test func followsAliases() throws {
    let root = try parse("a: &x {k: [1, 2]}\nb: *x\nc: [*x, *x]\n&y d: *y")
    #expect(outline(root) == "{a:{k:[1 2]} b:{k:[1 2]} c:[{k:[1 2]} {k:[1 2]}] d:d}")
    #expect(
      mistakes { try parse("base: &base 1\nb: *bas") }
        == "a.yaml:2:4: the alias *bas names nothing; did you mean *base?")
    #expect(mistakes { try parse("a: &x [*x]") } == "a.yaml:1:8: the alias *x stands inside what it names")
  }

  @Test(arguments: [
    ("a: 1\n\tb: 2", "a.yaml:2:1: a tab cannot indent; use spaces"),
    ("a:\n\t- 1", "a.yaml:2:1: a tab cannot indent; use spaces"),
    (
      "a: 1\n b: 2",
      "a.yaml:2:3: mapping values are not allowed in this context; check the indentation, and quote text in which a colon and a space stand"
    ),
    (
      "a:\n  b: 1\n c: 2",
      "a.yaml:3:2: did not find expected key; check the indentation: all entries of a mapping or list begin in the same column (it begins in line 1)"
    ),
    (
      "a: [1, 2\nb: 3",
      "a.yaml:2:2: did not find expected ',' or ']'; a quote or bracket is not closed (it begins in line 1)"
    ),
    ("a: \"x\nb", "a.yaml:2:2: found unexpected end of stream; a quote or bracket is not closed (it begins in line 1)"),
    ("a: @x", "a.yaml:1:4: found character that cannot start any token; quote text that begins with this character"),
    ("a: 1\n---\nb: 2", "a.yaml:2:1: a second document begins; keep one document a file"),
    (
      "a: 1\nb: 2\na: 3\nb: 4",
      "a.yaml:3:1: duplicate key “a”; the first is in line 1\na.yaml:4:1: duplicate key “b”; the first is in line 2"
    ),
    (
      "x: &x {a: 1}\ny:\n  <<: *x",
      "a.yaml:3:3: merge keys (<<) are not supported; write the keys out, or alias whole values"
    ),
    ("a: !!str 1", "a.yaml:1:4: tags (!…) are not supported; leave it out, or quote the text"),
    ("[a]: 1", "a.yaml:1:1: a key must be text, not a list; quote it if it begins with a bracket"),
    ("a: \u{1}", "a.yaml:1:4: a control character cannot stand here; write it as \\x… in double quotes"),
  ])
  func explainsMistakes(text: String, expected: String) {
    #expect(mistakes { try parse(text) } == expected)
  }

  @Test func refusesOtherEncodings() {
    let latin = Array("a: 1\nb: é".utf8.dropLast(2)) + [0xE9, 0x0A]
    #expect(
      mistakes { try YAMLDocument.parse(latin, file: "a.yaml") }
        == "a.yaml:2:4: the text is not valid UTF-8; save the file as UTF-8")
    let wide: [UInt8] = [0xFF, 0xFE, 0x61, 0, 0x3A, 0]
    #expect(
      mistakes { try YAMLDocument.parse(wide, file: "a.yaml") }
        == "a.yaml:1:1: the text is not valid UTF-8; save the file as UTF-8")
  }

  @Test func keepsItsLimits() throws {
    #expect(
      mistakes { try parse("a: 1") { $0.maxBytes = 3 } } == "a.yaml:1:1: the file is too long; the limit is 3 bytes")
    _ = try parse("[[1]]") { $0.maxDepth = 3 }
    #expect(
      mistakes { try parse("[[1]]") { $0.maxDepth = 2 } } == "a.yaml:1:3: nested too deeply; the limit is 2 levels")
    _ = try parse("[1, 2]") { $0.maxNodes = 3 }
    #expect(
      mistakes { try parse("[1, 2]") { $0.maxNodes = 2 } }
        == "a.yaml:1:5: too many values; the limit is 2, aliases expanded")
    // An alias brings its depth along.
    #expect(mistakes { try parse("a: &x [[1]]\nb: [*x]") { $0.maxDepth = 4 } }?.hasPrefix("a.yaml:2:5: nested") == true)
    #expect(mistakes { try parse(String(repeating: "[", count: 100_000)) }?.contains("nested too deeply") == true)
  }

  @Test func bombsDoNotGoOff() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...20 {
      let uses = [String](repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(uses)]\n"
    }
    #expect(mistakes { try parse(text) }?.contains("too many values; the limit is 200000, aliases expanded") == true)
  }

  @Test func brokenFilesAreSurvived() {
    let original = Array("a: &x {k: [1, 'two', \"th\\x41\"]}\nb:\n  - *x\n  - |\n    text\n? q\n: !t é\n".utf8)
    let alphabet = Array("{}[]:-?&*!|>'\"%@#\\ \n\t,ax0<".utf8) + [0x00, 0x80, 0xC3, 0xEF, 0xFF]
    var state: UInt64 = 42
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var accepted = 0
    for _ in 0..<5000 {
      var bytes = original
      for _ in 0...random(4) {
        if random(2) == 0 {
          bytes[random(bytes.count)] = alphabet[random(alphabet.count)]
        } else {
          bytes.insert(alphabet[random(alphabet.count)], at: random(bytes.count))
        }
      }
      if (try? YAMLDocument.parse(bytes, file: "a.yaml")) != nil { accepted += 1 }
    }
    #expect(accepted < 5000)
  }
}
