import Randomness
import Testing

@testable import Ingress

@Suite struct MultipartParserTests {
  private func parse(_ body: [UInt8], cuts: [Int] = []) throws -> [UInt8] {
    var parser = MultipartParser(boundary: Array("XYZ".utf8))
    var file: [UInt8] = []
    var start = 0
    for end in cuts.sorted() + [body.count] {
      try parser.read(Array(body[start..<end]), into: &file)
      start = end
    }
    try parser.finish()
    return file
  }

  private func form(_ content: [UInt8], before: String = "", after: String = "", preamble: String = "") -> [UInt8] {
    Array(preamble.utf8) + Array(before.utf8)
      + Array("--XYZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a;b.csv\"\r\nX: y\r\n\r\n".utf8)
      + content + Array("\r\n".utf8) + Array(after.utf8) + Array("--XYZ--\r\n".utf8)
  }

  @Test func findsTheFileInAnyCut() throws {
    var random = SeededRandom(seed: 7)
    let alphabet = Array("\r\n-XYZab".utf8)
    for round in 0..<400 {
      var content = (0..<Int.random(in: 0..<120, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0
      }
      // What would be a delimiter is none of the content's business.
      while let place = content.indices.dropLast(6).first(where: {
        content[$0...].starts(with: Array("\r\n--XYZ".utf8))
      }) {
        content[place] = UInt8(ascii: "a")
      }
      if content.starts(with: Array("--XYZ".utf8)) { content[0] = UInt8(ascii: "a") }
      let other = "--XYZ\r\nContent-Disposition: form-data; name=other\r\n\r\nvalue\r\n"
      let body = form(
        content, before: round % 2 == 0 ? other : "", after: round % 3 == 0 ? other : "",
        preamble: round % 5 == 0 ? "hello\r\n" : "")
      let cuts = (0..<Int.random(in: 0..<12, using: &random)).map { _ in Int.random(in: 0...body.count, using: &random)
      }
      #expect(try parse(body, cuts: cuts) == content, "round \(round)")
      #expect(try parse(body, cuts: Array(0...body.count)) == content, "round \(round), byte by byte")
    }
  }

  @Test func saysWhatIsWrong() {
    let head = "--XYZ\r\nContent-Disposition: form-data; name=file\r\n\r\n"
    let cases: [(String, MultipartError)] = [
      ("no form at all", .noBoundary), ("", .noBoundary), (String(repeating: "x", count: 20_000), .noBoundary),
      (head + "abc", .incomplete), (head + "abc\r\n--XYZ", .incomplete),
      (head + "a\r\n" + head + "b\r\n--XYZ--", .repeatedFile),
      ("--XYZ\r\nContent-Disposition: form-data; name=other\r\n\r\na\r\n--XYZ--", .missingFile),
      ("--XYZ--", .missingFile), ("--XYZabc\r\n\r\n", .malformedBoundary),
      ("--XYZ\r\nContent-Type: text/csv\r\n\r\na\r\n--XYZ--", .malformedHeaders),
      ("--XYZ\r\nX: " + String(repeating: "x", count: 9_000), .headersTooLong),
    ]
    for (body, error) in cases {
      #expect(throws: error, "\(body.prefix(60))") { _ = try parse(Array(body.utf8)) }
    }
  }

  @Test func readsTheBoundary() {
    #expect(MultipartBoundary.read(nil) == .none)
    #expect(MultipartBoundary.read("text/csv") == .none)
    #expect(MultipartBoundary.read("Multipart/Form-Data; Boundary=ab") == .boundary(Array("ab".utf8)))
    #expect(
      MultipartBoundary.read(#"multipart/form-data; charset=utf-8; boundary="a;\"b""#)
        == .boundary(Array(#"a;"b"#.utf8)))
    #expect(MultipartBoundary.read("multipart/form-data") == .malformed)
    #expect(MultipartBoundary.read("multipart/form-data; boundary=") == .malformed)
  }
}
