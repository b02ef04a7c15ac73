import JSONCodec
import SpecParser
import Testing

@Suite struct CellTests {
  @Test(arguments: [
    ("$39.88", #"{"currencyAmount":39.88,"currencyUnit":"USD"}"#),
    ("21.2", #"{"currencyAmount":21.20,"currencyUnit":"USD"}"#),
    ("0.0345", #"{"currencyAmount":0.0345,"currencyUnit":"USD"}"#),
    ("$1,234.56", #"{"currencyAmount":1234.56,"currencyUnit":"USD"}"#),
    ("1234.56 CAD", #"{"currencyAmount":1234.56,"currencyUnit":"CAD"}"#),
    ("eur 7", #"{"currencyAmount":7.00,"currencyUnit":"EUR"}"#),
    ("€7", #"{"currencyAmount":7.00,"currencyUnit":"EUR"}"#),
    ("7 £", #"{"currencyAmount":7.00,"currencyUnit":"GBP"}"#),
    ("¥500", #"{"currencyAmount":500,"currencyUnit":"JPY"}"#),
    (".5", #"{"currencyAmount":0.50,"currencyUnit":"USD"}"#),
    ("\u{A0}$ 5 ", #"{"currencyAmount":5.00,"currencyUnit":"USD"}"#),
  ]) func money(_ cell: String, _ expected: String) throws {
    let value = try #require(try row(cost: cell).entry()["unitCost"])
    #expect(String(decoding: value.rawBytes, as: UTF8.self) == expected)
  }

  @Test(arguments: [
    ("39,88", "invalid_money"), ("1,23,456", "invalid_money"), ("1e3", "invalid_money"),
    ("12 dollars", "invalid_money"),
    ("$", "invalid_money"), ("1.2.3", "invalid_money"), ("0.0000001", "too_precise"), ("1.2345678", "too_precise"),
    ("99999999999999", "out_of_range"), ("(2.50)", "amount_too_small"), ("-$2.50", "amount_too_small"),
    ("$-2.50", "amount_too_small"), ("-2.50", "amount_too_small"), ("--2", "invalid_money"), ("-$-2", "invalid_money"),
    ("1.0.0 USD", "invalid_money"), ("", "missing_value"), ("n/a", "missing_value"), ("TBD", "missing_value"),
  ]) func badMoney(_ cell: String, _ code: String) throws {
    let row = try row(cost: cell)
    #expect(row.codes == [code])
    #expect(row.attributes == nil)
    #expect(row.issues.first?.column == "Unit Cost")
    #expect(row.issues.first?.field == "cost.shipnodes.unitCost")
    #expect(row.issues.first?.value == cell)
  }

  @Test(arguments: [
    "kr 39.88", "Fr. 39.88", "39.88 EURO", "EURO 39.88", "XYZ 39.88", "₿39.88", "(kr 39,88)", "12 dollars",
  ])
  func `a currency that is not known is told as that`(cell: String) throws {
    let issue = try #require(try row(cost: cell).issues.first)
    #expect(issue.code == "invalid_money" && issue.description.contains("not known as a currency"))
    #expect(issue.hint.contains("SEK 39.88") && !issue.hint.contains("$"))
  }

  @Test(arguments: ["€5 USD", "USD 5 EUR", "$5€", "EUR 5 $"]) func `two currencies are told`(cell: String) throws {
    let issue = try #require(try row(cost: cell).issues.first)
    #expect(issue.code == "currency_contradicted" && issue.description == "The amount names two currencies.")
  }

  @Test func `dates are told what was done to them, and what is to be done`() throws {
    let hint = try row(start: "1-1-0025").issues.first?.hint
    #expect(hint == "Write the year that is meant, such as 2025 where a program has made 0025 of 25.")
    let grid = Array("GTIN,Shipnode,Unit Cost,Start Date\n02345673,1,1,20190411\n".utf8)
    let notes = try read(grid, parser: FeedParser(spec: costSpec())).notes
    #expect(notes.map(\.code) == ["normalised_date"] && notes[0].description.contains("eight digits"))
  }

  @Test(arguments: ["39.-", "$$5", "USD 5 USD", "1,23,456", "1e3", "5 %"])
  func `what is no amount is told as that`(cell: String) throws {
    #expect(try row(cost: cell).issues.map(\.description) == ["This is not an amount of money."])
  }

  @Test(arguments: [
    ("4-11-19", "2019-04-11"), ("04/08/2019", "2019-04-08"), ("4.1.69", "2069-04-01"), ("4.1.70", "1970-04-01"),
    ("2019-04-11", "2019-04-11"), ("2019/4/1", "2019-04-01"), ("2/29/2020", "2020-02-29"),
    ("4/11/2019 0:00", "2019-04-11"), ("2019-04-11T00:00:00Z", "2019-04-11"),
  ]) func dates(_ cell: String, _ expected: String) throws {
    #expect(try row(start: cell).entry()["startDate"]?.string == expected)
  }

  @Test(arguments: [
    ("21-4-19", "invalid_date"), ("2/29/2019", "invalid_date"), ("4-11", "invalid_date"), ("4-11-219", "invalid_date"),
    ("soon", "invalid_date"), ("43566", "date_serial"), ("4/11/2019 13:30", "date_with_time"),
    ("0-1-19", "invalid_date"),
  ]) func badDates(_ cell: String, _ code: String) throws {
    #expect(try row(start: cell).codes == [code])
  }

  @Test func datesInOrder() throws {
    let reversed = try row(start: "4-21-19", end: "4-11-19")
    #expect(reversed.codes == ["window_reversed"])
    #expect(reversed.issues.first?.column == "End Date")
    #expect(try row(start: "4-21-19", end: "4-21-19").codes == [])
  }

  @Test func booleans() throws {
    for cell in ["Yes", "y", "TRUE", "t", "1"] {
      #expect(try row(others: cell).entry()["othersMayChange"]?.bool == true)
    }
    for cell in ["No", "N", "false", "F", "0"] {
      #expect(try row(others: cell).entry()["othersMayChange"]?.bool == false)
    }
    #expect(try row(others: "maybe").codes == ["invalid_boolean"])
    #expect(try row(others: "").entry()["othersMayChange"] == nil)
  }

  @Test func texts() throws {
    #expect(try row(node: " Nod\"é\\ ").entry()["shipnodeId"]?.string == "Nod\"é\\")
    #expect(try row(node: String(repeating: "x", count: 129)).codes == ["text_too_long"])
    #expect(try row(node: "a\u{0}b").codes == ["control_character"])
    #expect(try row(node: "a\r\nb").codes == ["control_character"])
    #expect(try row(node: "=\"A\u{200B}\u{200D}1\u{200E}\"").entry()["shipnodeId"]?.string == "A1")
    #expect(try row(node: "\u{200D}").codes == ["missing_value"])
    let grid = Array("Item Gtin,Shipnode,Cost\n02345673,".utf8) + [0xE9] + Array(",1\n".utf8)
    #expect(try parse(grid, spec: costSpec()).first?.entry()["shipnodeId"]?.string == "é")
  }

  @Test(arguments: [
    ("02345673", []), ("416000336108", []), ("00363824587165", []), ("06248911077085", []),
    ("12345673", ["gtin_check_digit"]), ("062145556123", ["gtin_check_digit"]), ("6.21456E+10", ["gtin_scientific"]),
    ("8.9012E+12", ["gtin_scientific"]), ("6E10", ["gtin_scientific"]), ("62145556123", ["gtin_length"]),
    ("62145556123.0", ["gtin_length"]), ("0621-4555-6123", ["gtin_check_digit"]), ("E10", ["gtin_not_digits"]),
    ("", ["missing_value"]), ("123456789012345", ["gtin_length"]), ("0234\u{0}5673", ["gtin_not_digits"]),
    ("２０２５-１２-０１", ["gtin_is_date"]),
  ]) func gtins(_ cell: String, _ codes: [String]) throws {
    let row = try row(gtin: cell)
    #expect(row.codes == codes)
    #expect(row.submittedGTIN == (cell.hasPrefix("0621-") ? "062145556123" : cell.replacing("\0", with: "␀")))
    let isReadable = codes.isEmpty || codes == ["gtin_check_digit"]
    #expect((row.gtin != nil) == isReadable)
    #expect((row.attributes != nil) == isReadable)
    if codes == ["gtin_check_digit"] { #expect(row.issues.first?.severity == .warning) }
  }

  @Test(arguments: [
    ("=\"02345673\"", "02345673"), ("'00363824587165", "00363824587165"), ("416000336108.0", "416000336108"),
    ("0621-4555-6123", "062145556123"), ("0416 0003 3610 8", "0416000336108"), (" 02345673 ", "02345673"),
    ("０２３４５６７３", "02345673"), ("٠٢٣٤-٥٦٧٣", "02345673"),
  ]) func `a GTIN is its digits alone, as many as were written`(_ cell: String, _ digits: String) throws {
    let grid = Array("GTIN,Shipnode,Cost\n\"\(cell.replacing("\"", with: "\"\""))\",1,1\n".utf8)
    let rows = try parse(grid, spec: costSpec())
    #expect(rows[0].submittedGTIN == digits)
    #expect(RowMerger.merge(rows).map(\.submittedGTIN) == [digits])
    #expect(try rows[0].entry()["shipnodeId"]?.string == "1")
  }

  @Test func hintsForGTINs() throws {
    #expect(try row(gtin: "062145556123").issues.first?.hint.contains("missing: 00621455561238") == true)
    #expect(try row(gtin: "2345673").issues.first?.hint.contains("leading zeros") == true)
    let elevenDigits = try row(gtin: "62145556123").issues.first?.hint
    #expect(elevenDigits?.contains("it is 062145556123,") == true && elevenDigits?.contains("00621455561238.") == true)
    #expect(try row(gtin: "'062145556123").issues.first?.hint.contains("missing: 00621455561238") == true)
  }
}
