import JSONCodec
import Testing

@Suite struct JSONReadingTests {
  private func value(_ text: String) throws -> JSONValue { try JSONDocument(text).root }

  @Test func readsEveryKind() throws {
    let root = try value(#" {"a":[1,-2.5,"x\n\u00e9\ud83d\ude00"],"b":{},"c":null,"d":true,"e":false,"f":[]} "#)
    #expect(root.kind == .object)
    #expect(root.count == 6)
    #expect(root.members.map(\.name) == ["a", "b", "c", "d", "e", "f"])
    let list = try #require(root["a"])
    #expect(list.elements.map(\.kind) == [.number, .number, .string])
    #expect(list.elements.compactMap(\.string) == ["x\né😀"])
    #expect(list.elements.map(\.numberText) == ["1", "-2.5", nil])
    #expect(root["b"]?.kind == .object && root["b"]?.count == 0 && root["b"]?.members.map(\.name) == [])
    #expect(root["c"]?.isNull == true)
    #expect(root["d"]?.bool == true && root["e"]?.bool == false)
    #expect(root["f"]?.elements.map(\.kind) == [])
    #expect(root["g"] == nil && list["a"] == nil && root["d"]?.string == nil && root["d"]?.int64 == nil)
  }

  @Test func findsValuesByPathAndKeepsTheirText() throws {
    let root = try value(#"{"a":{"b" : {"c": [ 1 , 2 ]}}}"#)
    let found = try #require(root[path: ["a", "b", "c"]])
    #expect(String(decoding: found.rawBytes, as: UTF8.self) == "[ 1 , 2 ]")
    #expect(found.withRawBytes { $0.count } == 9)
    #expect(found.offset == 18)
    #expect(root[path: ["a", "x", "c"]] == nil)
    #expect(root[path: []]?.count == 1)
  }

  @Test func comparesStringsAndNamesWithoutMakingThem() throws {
    let root = try value(#"{"plain":"a\/b","\u0065sc":"abc"}"#)
    #expect(root["plain"]?.isString("a/b") == true)
    #expect(root["plain"]?.isString(#"a\/b"#) == false)
    #expect(root["esc"]?.isString("abc" as StaticString) == true)
    #expect(root["esc"]?.isString("abd") == false)
    #expect(root.isString("abc") == false)
    let members = Array(root.members)
    #expect(members[0].nameEquals("plain") && !members[0].nameEquals("plaim"))
    #expect(members[1].nameEquals("esc" as StaticString))
    #expect(root["plain"]?.withUnescapedUTF8 { Array($0) } == Array("a/b".utf8))
    #expect(root.withUnescapedUTF8 { $0.count } == nil)
  }

  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("0.00e5", 0), ("12", 12), ("1e3", 1000), ("1.0", 1), ("1500e-2", 15), ("12.50e1", 125),
      ("0.001e3", 1), ("-7.0", -7), ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
      ("922337203685477580.7e1", Int64.max), ("1e18", 1_000_000_000_000_000_000),
    ] as [(String, Int64)])
  func readsIntegersExactly(text: String, expected: Int64) throws {
    #expect(try value(text).int64 == expected)
  }

  @Test(arguments: ["1.5", "9223372036854775808", "-9223372036854775809", "1e19", "1e999999999", "1e-1", "0.05"])
  func refusesIntegersThatAreNot(text: String) throws {
    #expect(try value(text).int64 == nil)
  }

  @Test func readsBinaryNumbersWithinTheirRange() throws {
    #expect(try value("39.88").double == 39.88)
    #expect(try value("-1e-7").double == -1e-7)
    #expect(try value("1e400").double == nil)
    #expect(try value("\"1\"").double == nil)
  }

  @Test(arguments: [
    ("", 0, "unexpected end"), ("  ", 2, "unexpected end"), ("[1,]", 3, "unexpected character"),
    ("[1 2]", 3, "expected a comma or ]"), ("{\"a\":1]", 6, "expected a comma or }"),
    ("{\"a\" 1}", 5, "expected a colon"), ("{a:1}", 1, "expected a name in quotes"),
    ("{\"a\":1,}", 7, "expected a name in quotes"), ("[1}", 2, "expected a comma or ]"),
    ("1 2", 2, "unexpected text after the value"), ("tru", 3, "unexpected end"), ("trux", 0, "unexpected character"),
    ("True", 0, "unexpected character"), ("nul1", 0, "unexpected character"), ("NaN", 0, "unexpected character"),
    ("01", 0, "leading zero in a number"), ("-", 1, "unexpected end"), ("-x", 1, "expected a digit"),
    ("1.", 2, "unexpected end"), ("1.e1", 2, "expected a digit"), (".5", 0, "unexpected character"),
    ("+1", 0, "unexpected character"), ("1e", 2, "unexpected end"), ("1e+", 3, "unexpected end"),
    ("1e1234567890", 2, "exponent out of range"), ("0x1", 1, "unexpected text after the value"),
    ("\"a", 2, "unexpected end"), ("\"\t\"", 1, "control character in a string"), ("\"\\x\"", 1, "invalid escape"),
    ("\"\\u12g4\"", 1, "invalid escape"), ("\"\\ud800\"", 1, "lone surrogate"),
    ("\"\\udc00\\ud800\"", 1, "lone surrogate"), ("\"\\udc00\\udc00\"", 1, "lone surrogate"),
    ("\"\\ud800\\u0041\"", 1, "lone surrogate"),
    ("{\"a\":1,\"b\":2,\"a\":3}", 13, "duplicate key \"a\""),
    ("{\"a\":1,\"\\u0061\":3}", 7, "duplicate key \"a\""),
    ("\u{FEFF}1", 0, "unexpected character (a byte order mark?)"),
    ("[1]\u{0}", 3, "unexpected text after the value"), ("'a'", 0, "unexpected character"),
    ("[1]//", 3, "unexpected text after the value"), ("\u{A0}1", 0, "unexpected character"),
  ])
  func refuses(text: String, offset: Int, message: String) {
    #expect(throws: JSONError(offset: offset, message: message)) { try JSONDocument(text) }
  }

  @Test(
    arguments: [
      [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
      [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x82], [0xC3],
    ] as [[UInt8]])
  func refusesIllFormedUTF8(bytes: [UInt8]) {
    // At every distance from the start, so that each way through the scan meets it.
    for padding in 0..<17 {
      let text = [0x22] + [UInt8](repeating: 0x61, count: padding) + bytes + [0x22]
      #expect(throws: JSONError(offset: padding + 1, message: "invalid UTF-8")) { try JSONDocument(text) }
    }
  }

  @Test func refusesDuplicatesInLargeObjects() throws {
    let members = (0..<1000).map { "\"name\($0)\":\($0)" }
    let root = try value("{" + members.joined(separator: ",") + "}")
    #expect(root.count == 1000)
    #expect(root["name999"]?.int64 == 999)
    #expect(throws: JSONError.self) { try value("{" + members.joined(separator: ",") + #","\u006eame5":1}"#) }
    #expect(throws: JSONError.self) { try value("{\(members[0...15].joined(separator: ",")),\(members[0])}") }
    #expect(throws: JSONError.self) { try value("{\(members[0...14].joined(separator: ",")),\(members[14])}") }
  }

  /// Comparing every pair of these names would take minutes.
  @Test(.timeLimit(.minutes(5))) func readsLargeObjectsInLinearTime() throws {
    let members = (0..<60_000).map { "\"\($0)\":0" }
    #expect(try value("{" + members.joined(separator: ",") + "}").count == 60_000)
  }

  @Test func keepsItsLimits() throws {
    func read(_ text: String, _ change: (inout JSONLimits) -> Void) throws -> JSONDocument {
      var limits = JSONLimits()
      change(&limits)
      return try JSONDocument(Array(text.utf8), limits: limits)
    }
    _ = try read("[[]]") { $0.maxDepth = 2 }
    #expect(throws: JSONError(offset: 2, message: "nested too deeply (limit 2)")) {
      try read("[[[]]]") { $0.maxDepth = 2 }
    }
    _ = try read("[1,2]") { $0.maxNodes = 3 }
    #expect(throws: JSONError.self) { try read("[1,2,3]") { $0.maxNodes = 3 } }
    #expect(throws: JSONError.self) { try read("1") { $0.maxNodes = -1 } }
    #expect(throws: JSONError.self) { try read("") { $0.maxBytes = -1 } }
    _ = try read("[12]") { $0.maxBytes = 4 }
    #expect(throws: JSONError(offset: 4, message: "too long (limit 4 bytes)")) {
      try read("[123]") { $0.maxBytes = 4 }
    }
    let deep = String(repeating: "[", count: 1_000_000)
    #expect(throws: JSONError.self) { try read(deep) { $0.maxDepth = .max } }
    // The deepest that is ever accepted can be walked and made canonical.
    let deepest = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
    var canonical: [UInt8] = []
    try read(deepest) { $0.maxDepth = .max }.root.appendCanonical(to: &canonical)
    #expect(canonical == Array(deepest.utf8))
  }
}
