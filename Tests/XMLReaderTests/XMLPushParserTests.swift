import Testing
import XMLReader

@Suite struct XMLPushParserTests {
  private static let document = """
    <?xml version="1.0" encoding="UTF-8"?>
    <x:sheetData xmlns:x="urn:x" xmlns:r="urn:r" r:id="7"><!-- no --><x:row r="1" other="ü"><a>1 &lt; 2 &#x20AC;</a></x:row
    ><a/></x:sheetData>
    """

  @Test(arguments: [1, 2, 13, 65_536]) func wordsAndTextWhateverThePieces(_ size: Int) throws {
    #expect(
      try read(Self.document, size: size) == [
        "<2 -1=urn:x -1=urn:r 4=7", "<1 3=1 -1=ü", "<0", "'1 < 2 €", ">0", ">1", "<0", ">0", ">2",
      ])
  }

  @Test func otherEncodings() throws {
    let utf16: [UInt8] = [0xFF, 0xFE] + "<a>€</a>".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    #expect(try read(utf16) == ["<0", "'€", ">0"])
    #expect(throws: XMLError.unknownEncoding) { try read("<?xml version='1.0' encoding='EBCDIC-US'?><a/>") }
  }

  @Test(arguments: [1, 65_536]) func haltsAndGoesOn(_ size: Int) throws {
    let recorder = Recorder()
    recorder.suspendAt = "<1 3=1 -1=ü"
    #expect(try read(Self.document, size: size, recorder).count == 9)
    let stopped = Recorder()
    stopped.stopAt = "<0"
    #expect(try read(Self.document, size: size, stopped).last == "<0")
  }

  @Test func brokenDocuments() throws {
    #expect(throws: XMLError.truncated) { try read("<a><row>") }
    #expect(throws: XMLError.truncated) { try read("<a><row at") }
    #expect(throws: XMLError.truncated) { try read("") }
    #expect(throws: XMLError.malformed(line: 2, column: 3, reason: "mismatched tag")) { try read("<a>\n</row>") }
    #expect(throws: XMLError.self) { try read("<a>&unknown;</a>") }
    #expect(throws: XMLError.self) { try read([0x3C, 0x61, 0x3E, 0xFF, 0x3C]) }
  }

  @Test func documentTypesAreRefusedBeforeAnyEntityIs() throws {
    let bomb = """
      <?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>
      """
    let recorder = Recorder()
    #expect(throws: XMLError.documentType) { try read(bomb, recorder) }
    #expect(recorder.told.isEmpty)
    #expect(throws: XMLError.documentType) { try read("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>") }
  }

  @Test func limitsHold() throws {
    let limits = XMLLimits(depth: 5, tokenBytes: 2000, attributes: 3, names: 10)
    func read(_ document: String) throws -> [String] { try XMLReaderTests.read(document, size: 100, limits: limits) }
    func nested(_ depth: Int) -> String {
      String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
    }
    #expect(try read(nested(5)).count == 10)
    #expect(throws: XMLError.tooDeep(limit: 5)) { try read(nested(6)) }
    #expect(try read("<a b='' c='' d=''/>").count == 2)
    #expect(throws: XMLError.tooManyAttributes(limit: 3)) { try read("<a b='' c='' d='' e=''/>") }
    func names(_ count: Int) -> String { "<a>\((0..<count).map { "<name\($0)/>" }.joined())</a>" }
    #expect(try read(names(10)).count == 22)
    #expect(throws: XMLError.tooManyNames(limit: 10)) { try read(names(11)) }
    #expect(try read("<a b='\(String(repeating: "x", count: 1000))'/>").count == 2)
    for token in ["<a b='", "<a><!--", "<a><?p "] {
      #expect(throws: XMLError.tokenTooLong(limit: 2000)) {
        try read(token + String(repeating: "x", count: 5000))
      }
    }
    // Text is no token: it may be as long as it likes.
    #expect(try read("<a>\(String(repeating: "x", count: 10_000))</a>")[1].count == 10_001)
  }

  /// The parser begins an incomplete token again with each piece, which took minutes for one of this size.
  @Test(.timeLimit(.minutes(5))) func oneLongTokenEndsSoon() {
    let token = "<a b='" + String(repeating: "x", count: 64 << 20)
    let clock = ContinuousClock()
    let took = clock.measure {
      #expect(throws: XMLError.tokenTooLong(limit: 512 * 1024)) { try read(token, size: 4096) }
    }
    #expect(took < .seconds(60))
  }
}
