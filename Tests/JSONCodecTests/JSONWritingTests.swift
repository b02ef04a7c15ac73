import JSONCodec
import Testing

@Suite struct JSONWritingTests {
  private func written(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func putsCommasAndColons() throws {
    let source = try JSONDocument(#"[{"x": 1.50}]"#)
    let text = written { writer in
      writer.beginObject()
      writer.name("a")
      writer.beginArray()
      writer.int(-1)
      writer.uint(.max)
      writer.null()
      writer.beginArray()
      writer.endArray()
      writer.beginObject()
      writer.endObject()
      writer.endArray()
      writer.name("b" as StaticString)
      writer.bool(true)
      writer.name(raw: "\"c\"".utf8)
      writer.number(raw: "1.50")
      writer.name("d")
      writer.raw(Array("[ 1 ]".utf8))
      writer.name("e")
      for element in source.root.elements { writer.value(element) }
      writer.endObject()
    }
    #expect(text == #"{"a":[-1,18446744073709551615,null,[],{}],"b":true,"c":1.50,"d":[ 1 ],"e":{"x": 1.50}}"#)
  }

  @Test func leavesAbsentFieldsOut() throws {
    let value = try JSONDocument("[1]").root
    let text = written { writer in
      writer.beginObject()
      writer.field("a", "x")
      writer.field("b", nil as String?)
      writer.field("c", 5)
      writer.field("d", nil as Int64?)
      writer.field("e", false)
      writer.field("f", value)
      writer.field("g", nil as JSONValue?)
      writer.endObject()
    }
    #expect(text == #"{"a":"x","c":5,"e":false,"f":[1]}"#)
  }

  @Test func escapesTheLeast() {
    #expect(
      written { $0.string("a\"b\\c/d\u{8}\u{9}\u{A}\u{C}\u{D}\u{0}\u{1F}\u{7F}é😀") }
        == #""a\"b\\c/d\b\t\n\f\r\u0000\u001f"# + "\u{7F}é😀\"")
  }

  @Test func writesIntegersOfEveryLength() {
    #expect(written { $0.int(.min) } == "-9223372036854775808")
    #expect(written { $0.int(0) } == "0")
    var value: UInt64 = 1
    for _ in 0..<19 {
      #expect(written { $0.uint(value) } == String(value))
      #expect(written { $0.uint(value - 1) } == String(value - 1))
      value *= 10
    }
  }

  @Test func repairsBytesThatAreNoText() throws {
    #expect(written { $0.string(utf8: Array("né".utf8)) } == "\"né\"")
    #expect(written { $0.string(utf8: "né".utf8.reversed().reversed()) } == "\"né\"")
    #expect(written { $0.string(utf8: [0x61, 0xFF, 0x22] as [UInt8]) } == "\"a\u{FFFD}\\\"\"")
  }

  @Test func startsOver() {
    var writer = JSONWriter()
    writer.int(1)
    writer.removeAll()
    writer.int(2)
    #expect(writer.bytes == Array("2".utf8))
  }
}
