import JSONCodec
import Testing

@Suite struct JSONCanonicalTests {
  private func canonical(_ text: String) throws -> String {
    var output: [UInt8] = []
    try JSONDocument(text).root.appendCanonical(to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  @Test(arguments: [
    ("39.880", "39.88"), ("3988e-2", "39.88"), ("0.3988E+2", "39.88"), ("-0", "0"), ("0e999999999", "0"),
    ("-0.0e-5", "0"), ("1e3", "1000"), ("1000.0", "1000"), ("-1.50", "-1.5"), ("0.05", "0.05"), ("5e-2", "0.05"),
    ("0.000001", "0.000001"), ("0.0000001", "1e-7"), ("12e-8", "1.2e-7"), ("1e20", "100000000000000000000"),
    ("1e21", "1e21"), ("123456789012345678901", "123456789012345678901"),
    ("1234567890123456789012", "1.234567890123456789012e21"),
    ("1e999999999", "1e999999999"), ("10e999999998", "1e999999999"), ("1e-999999999", "1e-999999999"),
    ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"), ("0.1", "0.1"),
    ("9007199254740993", "9007199254740993"),
  ])
  func writesNumbersByValue(text: String, expected: String) throws {
    #expect(try canonical(text) == expected)
    #expect(try canonical(expected) == expected)
  }

  @Test func sortsMembersByTheirBytes() throws {
    #expect(
      try canonical(#"{"b":1,"a":{"z":1,"y":2},"":0,"ab":3,"\u0061a":4}"#)
        == #"{"":0,"a":{"y":2,"z":1},"aa":4,"ab":3,"b":1}"#)
    // By UTF-8, U+FF01 stands before an emoji; by UTF-16 it would stand after.
    #expect(try canonical("{\"😀\":1,\"！\":2}") == "{\"！\":2,\"😀\":1}")
  }

  @Test func spellsStringsInOneWay() throws {
    #expect(try canonical(#"[ "\/\u0041\u000a\u001F\ud83d\ude00" , true , null ]"#) == #"["/A\n\u001f😀",true,null]"#)
  }
}
