import SpecParser
import Testing
import YAMLReader

@Suite struct SpecVersionTests {
  private func file(_ version: Int, retired: String? = nil) -> (file: String, bytes: [UInt8]) {
    let text = """
      spec: cost
      version: \(version)
      \(retired.map { "retired: \($0)" } ?? "")
      columns:
        - { name: GTIN, type: gtin, required: true }
        - { name: V, type: text, attribute: cost.v }
      """
    return ("cost-\(version).yaml", Array(text.utf8))
  }

  @Test func theNewestThatIsNotRetiredIsMeant() throws {
    let specs = try SpecCatalogue(files: [file(2), file(3, retired: "Use cost@2."), file(10)])
    #expect(specs["cost"]?.identifier == "cost@10")
    #expect(specs["cost@2"]?.version == 2 && specs["cost@1"]?.columns.count == 6)
    #expect(specs["cost@4"] == nil && specs["none"] == nil)
    #expect(specs.names == ["cost", "item", "price"])
    #expect(throws: FeedParserError.self) { try specs.inUse("cost@3") }
    do {
      _ = try specs.inUse("cost@3")
    } catch {
      #expect(error.code == "spec_retired" && error.hint == "Use cost@2.")
    }
  }

  @Test func twoFilesOfOneVersionAreAMistake() throws {
    var other = file(2)
    other.file = "b.yaml"
    let error = #expect(throws: YAMLError.self) { try SpecCatalogue(files: [file(2), other]) }
    #expect(error?.description.contains("b.yaml:1:1: this is cost@2, and so is cost-2.yaml") == true)
    // A shipped spec may be replaced.
    #expect(try SpecCatalogue(files: [file(1)])["cost@1"]?.columns.count == 2)
  }

  @Test func shippedSpecsAreThoseOfTheFixtures() throws {
    for (name, shipped) in ShippedSpecs.files {
      #expect(shipped.bytes == (try fixture("specs/\(shipped.file)")))
      #expect(try ShippedSpecs.spec(named: name)?.name == name)
    }
    #expect(ShippedSpecs.files.keys.sorted() == ["cost", "item", "price"])
  }

  @Test func wholeItems() throws {
    let spec = try #require(try ShippedSpecs.spec(named: "item"))
    let grid = """
      GTIN,Seller ID,Seller Name,Title,Images,Weight,Weight Unit,Shipping Methods,Price,Shipping Cost
      02345673,77,Acme,"5"" disk",https://a/1|https://a/2,"1,200",pounds,Ground|2-day,$9.99,0
      02345673,,Acme,,,1,,,,
      """
    let rows = try parse(Array(grid.utf8), spec: spec)
    #expect(
      rows[0].text == """
        {"seller":{"id":"77","name":"Acme"},"product":{"title":"5\\" disk","images":["https://a/1","https://a/2"]},\
        "shipping":{"cost":{"currencyAmount":0.00,"currencyUnit":"USD"},"weight":{"value":1200,"unit":"lb"},\
        "methods":["STANDARD","EXPEDITED"]},"pricing":{"price":{"currencyAmount":9.99,"currencyUnit":"USD"}}}
        """)
    #expect(rows[1].codes == ["missing_companion", "missing_companion"])
  }

  @Test func allMistakesAtOnce() throws {
    let text = """
      spec: cost v2
      version: 0
      currency: DOL
      delimiter: colon
      rows: { list: offer.things, key: [a], window: [a] }
      columns:
        - { name: GTIN, type: gtin, required: true, default: "1" }
        - { name: A, type: integer, minimum: 5, maximum: 4, attribute: product.a }
        - { name: B, type: enumeration, attribute: product.b }
        - { name: C, type: enumeration, values: { X: [one], Y: [One] }, attribute: product.c }
        - { name: D, type: list, separator: ab, items: gtin, attribute: product.d }
        - { name: E, type: boolean, default: maybe, attribute: product.e }
        - { name: F, type: text, minLength: 4, maxLength: 3, values: [a], attribute: product.f }
        - { name: "--", type: text, attribute: product.g }
      checks:
        - { column: Z, requires: A }
        - { column: A }
        - { column: A, notBefore: B }
      """
    let error = #expect(throws: YAMLError.self) { try SpecFile.read(Array(text.utf8), file: "s.yaml") }
    let found = error?.mistakes.map(\.description) ?? []
    let expected = [
      "1:7: “cost v2” is not a name", "2:10: 0 is out of range", "3:11: “DOL” is not a currency",
      "4:12: “colon” is not known here", "5:15: rows cannot be gathered in offer.things",
      "5:35: no column fills a member of offer.things",
      "5:47: a window has a first and a last day", "7:56: a GTIN has no default",
      "8:52: the minimum is above the maximum", "9:22: an enumeration has no values", "10:55: “Y” and “X” share a word",
      "11:39: “ab” cannot divide values", "11:50: “gtin” is not known here", "12:40: “maybe” cannot be a value",
      "13:53: minLength is above maxLength", "13:64: values are for enumerations", "14:5: a name has no letter",
      "16:15: “Z” is not known here", "17:5: this checks nothing", "18:29: “B” is not known here",
    ]
    for (found, expected) in zip(found, expected) { #expect(found.hasPrefix("s.yaml:" + expected), "\(found)") }
    #expect(found.count == expected.count, "\(found.dropFirst(expected.count))")
  }
}
