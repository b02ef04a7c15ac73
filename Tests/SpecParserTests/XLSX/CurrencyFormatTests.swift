import SpecParser
import Testing

/// What number formats put beside an amount: a currency that is certain, or something that nobody takes for another.
@Suite struct CurrencyFormatTests {
  /// What the reader gives for 12.5.
  private func shown(_ code: String) throws -> String? {
    var workbook = Workbook(rows: "<row><c s='1'><v>12.5</v></c></row>")
    workbook.formats = [code.replacing("&", with: "&amp;").replacing("\"", with: "&quot;").replacing("<", with: "&lt;")]
    return try lines(workbook.bytes()).first?.cells.first
  }

  @Test(arguments: [
    (#"0.00 "Euro""#, "12.50 EUR"), (#"0.00 "euros""#, "12.50 EUR"), (#"0.00 "eur""#, "12.50 eur"),
    (#"0.00 "EUR/St.""#, "12.50 EUR"), (#"0.00 "EUR/Stk""#, "12.50 EUR"), (#""EUR/pc" 0.00"#, "EUR 12.50"),
    (#""Price in EUR: "0.00"#, "EUR 12.50"), (#""RM"0.00"#, "MYR 12.50"), (#"0.00" TL""#, "12.50 TRY"),
    (#"0.00 "грн.""#, "12.50 UAH"), (#"0"円""#, "12.5 JPY"), (#"0"원""#, "12.5 KRW"), (#""KSh"0.00"#, "KES 12.50"),
    (#""Sfr" 0.00"#, "CHF 12.50"), (#"0.00 "Ron""#, "12.50 Ron"), (#""$CAD "0.00"#, "$ CAD 12.50"),
    (#"0.00 "$ CA""#, "12.50 CAD"), (#""CAN $"0.00"#, "CAD 12.50"), (#""S/"0.00"#, "PEN 12.50"),
    (#""NT$"0.00"#, "TWD 12.50"), (#"0.00 "€/Stk""#, "12.50 €"),
    (#""€"0.00" per case""#, "€12.50"), (#"0.00 "£GBP""#, "12.50 £ GBP"), (#"0.00" cup""#, "12.50 cup"),
    (#"0.00 "CUP""#, "12.50 CUP"), (#""EUR"General"#, "EUR 12.5"), (#"General" EUR""#, "12.5 EUR"),
  ]) func currenciesInWords(_ code: String, _ text: String) throws { #expect(try shown(code) == text) }

  @Test(arguments: [
    (#"0.00 "元""#, "12.50 元"), (#"0.00 "cents""#, "12.50 cents"), (#"0.00" ct""#, "12.50 ct"),
    (#"0.00 "$/1000""#, "12.50 $/1000"), (#"0.00 "€ per 100""#, "12.50 € per 100"), (#""R"0.00"#, "R12.50"),
    (#""Dollars "0.00"#, "Dollars 12.50"), (#"0.00" dozen""#, "12.50 dozen"),
    (#""XYZ" 0.00 "USD""#, "XYZ 12.50 USD"), (#""SKU-"0"#, "SKU-12.5"), (#"0 "ft""#, "12.5 ft"),
    (#"0.00"¢""#, "12.50¢"), (#"0" 000""#, "12.5 000"),
  ]) func wordsThatMayBeMoneyStay(_ code: String, _ text: String) throws { #expect(try shown(code) == text) }

  @Test(arguments: [
    " per case", " pcs", " PCS", " /kg", " ea", " m2", " days", " Stück", "/St.", ": net price", " (incl. VAT)", " - ",
    "%",
  ]) func unitsOfGoodsAreLeftOut(_ word: String) throws { #expect(try shown("0.00\"\(word)\"") == "12.5") }

  @Test(arguments: [
    ("[$$-409]0.00", "USD 12.50"), ("[$$-en-US]0.00", "USD 12.50"), ("[$$-C09]0.00", "AUD 12.50"),
    ("[$$-1009]0.00", "CAD 12.50"), ("[$$-C0C]0.00", "CAD 12.50"), ("[$$-en-CA]0.00", "CAD 12.50"),
    ("[$$-80A]0.00", "MXN 12.50"), ("[$$-2C0A]0.00", "ARS 12.50"), ("[$¥-804]0.00", "CNY 12.50"),
    ("[$¥-zh-Hans-CN]0.00", "CNY 12.50"), ("[$￥-804]0.00", "CNY 12.50"), ("[$¥-ja-JP]0", "JPY 12.5"),
    ("[$¥-1010411]0", "JPY 12.5"), ("[$S$-4809]0.00", "SGD 12.50"), ("[$NT$-404]0.00", "TWD 12.50"),
    ("[$RM-43E]0.00", "MYR 12.50"), ("[$Rp-421]0", "IDR 12.5"), ("0.00 [$лв-402]", "12.50 BGN"),
    ("0.00 [$lei-418]", "12.50 RON"), ("0.00 [$kr-41D]", "12.50 SEK"), ("[$kr.-406] 0.00", "DKK 12.50"),
    ("[$R-1C09]0.00", "ZAR 12.50"), ("[$Fr.-807] 0.00", "CHF 12.50"), ("[$Rs.-4009]0", "INR 12.5"),
    ("[$د.إ.\u{200F}-3801] 0.00", "AED 12.50"), ("[$£-809]0.00", "GBP 12.50"), ("[$$-en-AU,100]0.00", "AUD 12.50"),
    // Signs that need no country.
    ("[$€-2] 0.00", "€12.50"), ("[$€-x-euro2] 0.00", "€12.50"), ("[$USD-409] 0.00", "USD 12.50"), ("[$$]0", "$12.5"),
    ("[$HK$-C04]0.00", "HK$12.50"), ("[$EUR/St] 0.00", "EUR 12.50"), ("[$-409]0.00", "12.5"),
    // Countries without the sign, or none that is known.
    ("[$$-407]0.00", "[$$-407]12.50"), ("[$$-xx]0.00", "[$$-xx]12.50"), ("[$kr-409] 0.00", "kr 12.50"),
    ("[$cents-409]0", "cents 12.5"), ("[$¥-409]0", "[$¥-409]12.5"),
  ]) func countriesTellCurrenciesOfOneSignApart(_ code: String, _ text: String) throws {
    #expect(try shown(code) == text)
  }

  @Test(arguments: ["Standard", "Estándar", "Geral", "[$-1010409]General", "[Blue]Standard;[Red]-Standard", "G/通用格式"])
  func nameOfNoFormat(_ code: String) throws { #expect(try shown(code) == "12.5") }

  @Test(arguments: [
    (#"[<10]"EUR" 0.00;"USD" 0.00"#, "USD 12.50"), (#"[<20]"EUR" 0.00;"USD" 0.00"#, "EUR 12.50"),
    (#"[>=12.5]"EUR" 0.00;"USD" 0.00"#, "EUR 12.50"), (#"[<>12.5]"EUR" 0.00;"USD" 0.00"#, "USD 12.50"),
    (#"[<10]"EUR" 0.00;[<=12.5]"CAD" 0.00;"USD" 0.00"#, "CAD 12.50"),
    (#"[=1]"EUR" 0.00;"CAD" 0.00;"USD" 0.00"#, "USD 12.50"), (#"[>12.5]0;[Red]"EUR" 0.00"#, "EUR 12.50"),
    ("[<50]yyyy-mm-dd;0", "1900-01-12"), ("[<10]yyyy-mm-dd;0", "12.5"), (#"[=1]0" day";0" days""#, "12.5"),
    (#""EUR" 0.00;"USD" 0.00"#, "EUR 12.50"), ("[<x]0", "12.5"),
  ]) func sectionsForSomeNumbers(_ code: String, _ text: String) throws { #expect(try shown(code) == text) }

  /// A currency is the one that the format names, or the row is refused.
  @Test func noOtherCurrencyThanTheOneNamed() throws {
    let codes = [
      #"0.00 "Euro""#, "[$$-1009]0.00", #"0.00 "cents""#, #"0.00 "$/1000""#, "[$$-407]0.00", #""EUR"[$$-409]0.00"#,
      #""R"0.00"#, #"0.00" per case""#,
    ]
    let header = ["Item Gtin", "Shipnode ID", "Unit Cost"].map { "<c t='str'><v>\($0)</v></c>" }.joined()
    let rows = codes.indices.map {
      "<row><c t='str'><v>02345673</v></c><c><v>\($0)</v></c><c s='\($0 + 1)'><v>12.5</v></c></row>"
    }
    var workbook = Workbook(rows: "<row>\(header)</row>" + rows.joined())
    workbook.formats = codes.map { $0.replacing("\"", with: "&quot;") }
    let (read, _) = try SpecParserTests.read(workbook.bytes(), parser: FeedParser(spec: costSpec()), size: 65_536)
    let units = read.map { row in
      ["EUR", "CAD", "USD"].first { row.attributes.map { String(decoding: $0, as: UTF8.self) }?.contains($0) == true }
    }
    #expect(units == ["EUR", "CAD", nil, nil, nil, nil, nil, "USD"])
  }
}
