import ItemModel
import JSONCodec
import Randomness
import Testing

@Suite struct ValueTests {
  private func money(_ amount: String, _ unit: String = "USD") throws -> Money {
    try Money(json(#"{"currencyAmount":\#(amount),"currencyUnit":"\#(unit)"}"#))
  }

  @Test(arguments: [
    ("39.88", "39.88"), ("21.2", "21.20"), ("21.20", "21.20"), ("0.0345", "0.0345"), ("5", "5.00"), ("-0.5", "-0.50"),
    ("0", "0.00"), ("-0", "0.00"), ("39.880000", "39.880000"), ("39.88000000", "39.880000"), ("3988e-2", "39.88"),
    ("1e3", "1000.00"), ("1.5E+2", "150.00"), ("0.000001", "0.000001"),
    ("9223372036854.775807", "9223372036854.775807"),
    ("-9223372036854.775807", "-9223372036854.775807"), ("\"12.5\"", "12.50"), ("0.1", "0.10"),
    ("0.0000000000000000000001e22", "1.00"), ("1.00000000000000000000", "1.000000"),
    ("100000000000000000000000e-20", "1000.000000"),
  ]) func amountsArePrintedExactly(_ written: String, _ printed: String) throws {
    #expect(try money(written).amountText == printed)
  }

  @Test func currenciesHaveTheirOwnDigits() throws {
    #expect(try money("500", "JPY").amountText == "500")
    #expect(try money("500.5", "JPY").amountText == "500.5")
    #expect(try money("1.5", "KWD").amountText == "1.500")
    #expect(try money("1.5", "CLF").amountText == "1.5000")
  }

  @Test(arguments: [
    ("1.0000001", DecimalError.tooPrecise), ("1e-7", .tooPrecise), ("0.1234567", .tooPrecise),
    ("9223372036854.775808", .outOfRange), ("1e13", .outOfRange), ("1e999999999", .outOfRange),
    ("123456789012345678901234567890", .outOfRange), ("1e-999999999", .tooPrecise), ("\"1,5\"", .notANumber),
    ("\"\"", .notANumber), ("\".\"", .notANumber), ("\"1e\"", .notANumber), ("\"1e-\"", .notANumber),
    ("\"1e+\"", .notANumber), ("\"- 1\"", .notANumber),
    ("\"1.2.3\"", .notANumber), ("\"0x10\"", .notANumber), ("\"Infinity\"", .notANumber),
  ]) func amountsThatCannotBeKept(_ written: String, _ error: DecimalError) {
    #expect(throws: MoneyError.amount(error)) { try money(written) }
  }

  @Test func equalByValue() throws {
    #expect(try money("39.88") == money("39.880"))
    #expect(try money("39.88").hashValue == money("3988e-2").hashValue)
    #expect(try money("39.88") != money("39.89"))
    #expect(try money("39.88") != money("39.88", "CAD"))
  }

  @Test func whatIsNoMoney() {
    for text in ["39.88", "{}", #"{"currencyAmount":1}"#, #"{"currencyAmount":true,"currencyUnit":"USD"}"#, "null"] {
      #expect(throws: MoneyError.notMoney) { try Money(json(text)) }
    }
    for unit in ["usd", "US", "USDT", "U1D"] {
      #expect(throws: MoneyError.invalidCurrency(unit)) { try money("1", unit) }
    }
  }

  /// Any amount with up to six digits behind the point comes back as it was written.
  @Test func amountsComeBack() throws {
    var random = SeededRandom(seed: 3)
    for _ in 0..<2_000 {
      let scale = Int.random(in: 2...6, using: &random)
      let whole = Int64.random(
        in: 0...9_000_000_000_000 / Int64.random(in: 1...1_000_000, using: &random), using: &random)
      let fraction = String((0..<scale).map { _ in "0123456789".randomElement(using: &random) ?? "0" })
      let written = "\(Bool.random(using: &random) ? "-" : "")\(whole == 0 ? 1 : whole).\(fraction)"
      #expect(try money(written).amountText == written)
    }
  }

  @Test func calendarDates() throws {
    for text in ["2019-04-11", "2020-02-29", "2000-02-29", "0001-01-01", "9999-12-31"] {
      #expect(CalendarDate(iso: Array(text.utf8))?.text == text)
    }
    for text in [
      "2019-02-29", "1900-02-29", "2019-04-31", "2019-13-01", "2019-00-01", "2019-01-00", "2019-4-11", "0000-01-01",
      "2019/04/11", "2019-04-11T", "20190411", "", "2019-0x-11",
    ] {
      #expect(CalendarDate(iso: Array(text.utf8)) == nil, "\(text)")
    }
    let days = try ["2018-12-31", "2019-01-01", "2019-01-31", "2019-02-01"].map {
      try #require(CalendarDate(iso: Array($0.utf8)))
    }
    #expect(days.reversed().sorted() == days)
    #expect(days[0].year == 2018 && days[0].month == 12 && days[0].day == 31)
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000000Z"), (1_700_000_000_123_456, "2023-11-14T22:13:20.123456Z"),
      (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
      (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
    ] as [(Int64, String)]) func instants(_ microseconds: Int64, _ text: String)
  {
    let instant = Instant(microseconds: microseconds)
    #expect(instant.description == text)
    #expect(Instant(rfc3339: text) == instant)
  }

  @Test func otherSpellingsOfInstants() {
    let instant = Instant(microseconds: 1_700_000_000_500_000)
    for text in ["2023-11-14T22:13:20.5Z", "2023-11-15T00:13:20.500+02:00", "2023-11-14t17:43:20.5000009-04:30"] {
      #expect(Instant(rfc3339: text) == instant, "\(text)")
    }
    for text in [
      "", "2023-11-14", "2023-11-14T22:13Z", "2023-11-14T22:13:20", "2023-11-14T24:13:20Z", "2023-02-30T00:00:00Z",
      "2023-11-14T22:13:20.Z", "2023-11-14T22:13:20+0200", "2023-11-14T22:60:20Z",
    ] {
      #expect(Instant(rfc3339: text) == nil, "\(text)")
    }
  }

  @Test func spansBetweenInstants() {
    let start = Instant(microseconds: 10)
    #expect(start + .milliseconds(2) == Instant(microseconds: 2_010))
    #expect((start + .seconds(3)) - start == .seconds(3))
    #expect(start < start + .microseconds(1))
  }

  @Test func valuesOfErrorsAreCut() {
    let error = DataError(code: "c", field: "f", value: String(repeating: "é", count: 300), description: "d")
    #expect(error.value.count == 201)
  }
}
