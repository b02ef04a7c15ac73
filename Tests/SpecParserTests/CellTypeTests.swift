import JSONCodec
import Randomness
import SpecParser
import Testing

/// The types of cells that the cost grid has not.
@Suite struct CellTypeTests {
  /// What a cell of a column becomes, as JSON, or the codes of its issues.
  private func value(_ cell: String, _ column: String, top: String = "") throws -> String {
    let spec = try spec(column, top: top)
    let quoted = "\"\(cell.replacing("\"", with: "\"\""))\""
    let rows = try parse(Array("GTIN,V\n02345673,\(quoted)\n".utf8), spec: spec)
    let row = try #require(rows.first)
    guard let attributes = row.attributes else { return row.codes.joined(separator: " ") }
    let value = try JSONDocument(attributes).root[path: ["product", "v"]]
    return value.map { String(decoding: $0.rawBytes, as: UTF8.self) } ?? "nothing"
  }

  private func spec(_ column: String, top: String = "") throws -> Spec {
    try SpecFile.read(
      Array(
        """
        spec: x
        currency: USD
        dates: { order: month-first }
        \(top)
        columns:
          - { name: GTIN, type: gtin, required: true }
          - { name: V, attribute: product.v, \(column) }
        """.utf8), file: "x.yaml")
  }

  @Test(arguments: [
    ("1234.5", "1234.5"), ("1,234.5", "1234.5"), ("1 234 567", "1234567"), ("1'234.50", "1234.50"),
    ("1\u{202F}234", "1234"), ("1,234 567", "invalid_number"), ("0,125", "invalid_number"),
    ("12,34", "invalid_number"), ("1234,567", "invalid_number"), ("-2.5", "-2.5"), ("2.5-", "-2.5"),
    ("(2.5)", "-2.5"), ("+3", "3"), ("- 3", "-3"), ("--3", "invalid_number"), ("-3-", "invalid_number"),
    (".5", "0.5"), ("5.", "5"), (".", "invalid_number"), ("1.0000000000000000000", "1.000000"),
    ("39.880000000000000000", "39.880000"), ("0.1234567", "too_precise"),
    ("999999999999.999999", "999999999999.999999"),
    ("9999999999999", "out_of_range"), ("1e3", "invalid_number"), ("007", "7"), ("1.2.3", "invalid_number"),
    ("1,234.567,8", "invalid_number"),
  ]) func decimals(_ cell: String, _ expected: String) throws {
    #expect(try value(cell, "type: decimal") == expected)
  }

  @Test func integers() throws {
    #expect(try value("1,000", "type: integer") == "1000")
    #expect(try value("1000.0", "type: integer") == "1000")
    #expect(try value("1.5", "type: integer") == "not_an_integer")
    #expect(try value("5", "type: integer, minimum: 1, maximum: 4") == "number_too_large")
    #expect(try value("0", "type: integer, minimum: 1, maximum: 4") == "number_too_small")
    #expect(try value("#N/A", "type: integer") == "spreadsheet_error")
    #expect(try value("#REF!", "type: integer") == "spreadsheet_error")
  }

  @Test(arguments: [
    ("39.88-", "-39.88", "USD"), ("(USD 39.88)", "-39.88", "USD"), ("US$5", "5.00", "USD"), ("CA$5", "5.00", "CAD"),
    ("5 €", "5.00", "EUR"), ("R$ 5", "5.00", "BRL"), ("5.123 KWD", "5.123", "KWD"), ("5 JPY", "5", "JPY"),
  ]) func money(_ cell: String, _ amount: String, _ currency: String) throws {
    #expect(
      try value(cell, "type: money") == #"{"currencyAmount":\#(amount),"currencyUnit":"\#(currency)"}"#)
  }

  @Test func signsMeanTheSpecsCurrencyOnlyWhereItHasThatSign() throws {
    func currency(_ cell: String, _ spec: String) throws -> String {
      let grid = Array("GTIN,V\n02345673,\(cell)\n".utf8)
      let text = """
        spec: x
        currency: \(spec)
        columns:
          - { name: GTIN, type: gtin, required: true }
          - { name: V, attribute: product.v, type: money }
        """
      let rows = try parse(grid, spec: SpecFile.read(Array(text.utf8), file: "x.yaml"))
      return try JSONDocument(rows[0].attributes ?? []).root[path: ["product", "v", "currencyUnit"]]?.string ?? ""
    }
    #expect(try currency("$1", "CAD") == "CAD")
    #expect(try currency("$1", "MXN") == "MXN")
    #expect(try currency("$1", "KWD") == "USD")
    #expect(try currency("¥1", "CNY") == "CNY")
    #expect(try currency("£1", "USD") == "GBP")
    #expect(try currency("1", "KWD") == "KWD")
    #expect(try value("12 pcs", "type: money") == "invalid_money")
  }

  @Test(arguments: [
    ("11-Apr-19", "2019-04-11"), ("April 11, 2019", "2019-04-11"), ("2019-Apr-11", "2019-04-11"),
    ("20190411", "2019-04-11"), ("Sept 1 2020", "2020-09-01"), ("4/11/2019 12:00:00 AM", "2019-04-11"),
  ]) func dates(_ cell: String, _ expected: String) throws {
    #expect(try value(cell, "type: date") == "\"\(expected)\"")
  }

  @Test(arguments: ["31-Apr-19", "Foo 1 2020", "2019", "99999999", "1-2-3-4", "-1-2-3", "1/2", "4/11/2019x"])
  func noDates(_ cell: String) throws {
    #expect(try value(cell, "type: date") == "invalid_date")
  }

  @Test func enumerations() throws {
    let column = "type: enumeration, values: { New: [brand new], Used: [second hand, pre-owned], \"1/2\": [] }"
    #expect(try value("new", column) == #""New""#)
    #expect(try value("Pre Owned", column) == #""Used""#)
    #expect(try value("1/2", column) == #""1/2""#)
    #expect(try value("Usd", column) == "unknown_value")
    let rows = try parse(Array("GTIN,V\n02345673,Usd\n".utf8), spec: spec(column))
    #expect(rows.first?.issues.first?.hint == "Did you mean Used?")
  }

  @Test(arguments: [
    ("1.5 L", #""1.5 l""#), ("15 L", "unknown_value"), ("a+", #""A+""#), ("A", "unknown_value"), ("NONE", #""None""#),
    ("TBD", "nothing"), ("lbs.", #""lb""#), ("2 - 4", #""2-4""#), ("24", "unknown_value"), ("2 Day", #""2-day""#),
  ]) func `values that differ in a mark are not taken for each other`(_ cell: String, _ expected: String) throws {
    #expect(
      try value(
        cell, #"type: enumeration, values: { "1.5 l": [], "A+": [], None: [], lb: [lbs], "2-4": [], 2-day: [] }"#)
        == expected)
  }

  @Test func lists() throws {
    #expect(try value("a; b;;\"c\" ", "type: list") == #"["a","b","\"c\""]"#)
    #expect(try value("a\nb;c\r\n", "type: list") == #"["a","b","c"]"#)
    #expect(try value("1|2,000", "type: list, separator: \"|\", items: integer") == "[1,2000]")
    #expect(try value("; ;", "type: list") == "nothing")
    #expect(try value(";", "type: list, required: true") == "missing_value")
    #expect(try value(";", "type: list, default: a;b") == #"["a","b"]"#)
    #expect(try value("1|x", "type: list, separator: \"|\", items: integer") == "invalid_number")
    #expect(try value("b, A", "type: list, separator: \",\", items: enumeration, values: [A, B]") == #"["B","A"]"#)
  }

  @Test func defaultsAndLengths() throws {
    #expect(try value("", "type: boolean, default: \"No\"") == "false")
    #expect(try value("n/a", "type: text, default: plain") == #""plain""#)
    #expect(try value("x", "type: text, default: plain") == #""x""#)
    #expect(try value("", "type: text, required: true, default: a\\b") == #""a\\b""#)
    #expect(try value("ééé", "type: text, minLength: 2, maxLength: 3") == #""ééé""#)
    #expect(try value("éééé", "type: text, minLength: 2, maxLength: 3") == "text_too_long")
    #expect(try value("é", "type: text, minLength: 2, maxLength: 3") == "text_too_short")
  }

  @Test(arguments: [
    (#"="0123""#, #""0123""#), ("'0123", #""0123""#), ("'Oslo", #""'Oslo""#), ("''12", #""''12""#),
    (#"=" ü ""#, #""ü""#), (#"="""#, "nothing"), (#"=""#, #""=\"""#), (#"="a"&"b""#, #""=\"a\"&\"b\"""#),
    ("1.5E+11", "scientific_notation"), (#"="6E+10""#, "scientific_notation"), ("1.5E+1234", #""1.5E+1234""#),
    ("1.5e+11", #""1.5e+11""#), ("E+11", #""E+11""#), ("1.E+11", #""1.E+11""#), ("15E+11", #""15E+11""#),
    ("+1", #""+1""#),
    ("a\nb", #""a\nb""#), ("a\u{200B}b", "\"a\u{200B}b\""),
  ]) func texts(_ cell: String, _ expected: String) throws {
    #expect(try value(cell, "type: text") == expected)
  }

  @Test func `what is unwrapped counts for the length`() throws {
    #expect(try value(#"="0123""#, "type: text, maxLength: 4") == #""0123""#)
    #expect(try value(#"="01234""#, "type: text, maxLength: 4") == "text_too_long")
    #expect(try value(#"="""#, "type: text, default: x") == #""x""#)
  }

  @Test func columnsThatNeedEachOther() throws {
    let text = """
      spec: x
      columns:
        - { name: GTIN, type: gtin, required: true }
        - { name: Seller, type: text, attribute: seller.id }
        - { name: Name, type: text, attribute: seller.name }
      checks:
        - { column: Name, requires: Seller }
      """
    let spec = try SpecFile.read(Array(text.utf8), file: "x.yaml")
    let rows = try parse(Array("GTIN,Seller,Name\n02345673,,Acme\n02345673,1,Acme\n02345673,1,\n".utf8), spec: spec)
    #expect(rows.map(\.codes) == [["missing_companion"], [], []])
    #expect(rows[0].issues.first?.column == "Seller")
  }

  @Test(arguments: 0..<50) func numbersInAnyFormAreThatNumber(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let micros = Int64.random(in: 0...9_999_999_999_999, using: &random) / 1_000 * 1_000
    let fraction = String(1_000_000 + micros % 1_000_000).dropFirst().prefix(3)
    let whole = String(micros / 1_000_000)
    var grouped = ""
    for (place, digit) in whole.enumerated() {
      if place > 0, (whole.count - place) % 3 == 0 { grouped += "," }
      grouped.append(digit)
    }
    for form in ["\(whole).\(fraction)", "\(grouped).\(fraction)", "+\(whole).\(fraction)", "\(whole).\(fraction)000"] {
      let found = try value(form, "type: decimal")
      #expect(found.hasPrefix("\(whole).\(fraction)"), "\(form)")
    }
    #expect(try value("(\(grouped).\(fraction))", "type: decimal") == "-\(whole).\(fraction)")
  }
}
