import ItemModel
import Randomness
import Testing

@Suite struct IdentityTests {
  @Test(arguments: ["02345673", "416000336108", "00363824587165", "06248911077085"]) func validGTINs(_ text: String)
    throws
  {
    #expect(try GTIN(submitted: text).hasValidCheckDigit)
  }

  @Test(arguments: ["12345673", "062145556123", "012378912355", "00012947218283", "00123456781011"])
  func gtinsWithWrongCheckDigit(_ text: String) throws {
    #expect(try !GTIN(submitted: text).hasValidCheckDigit)
  }

  @Test func gtinsArePadded() throws {
    let gtin = try GTIN(submitted: "062145556123")
    #expect(gtin.text14 == "00062145556123")
    #expect(try gtin == GTIN(submitted: "00062145556123"))
    #expect(GTIN(number: 99_999_999_999_999)?.text14 == "99999999999999")
    #expect(GTIN(number: 100_000_000_000_000) == nil)
  }

  @Test func textsThatAreNoGTIN() {
    for length in [0, 1, 7, 9, 10, 11, 15, 30] {
      #expect(throws: GTINError.wrongLength(length)) { try GTIN(submitted: String(repeating: "1", count: length)) }
    }
    for text in ["1234567x", " 2345673", "６２１４５５５６", "-2345673"] {
      #expect(throws: GTINError.notDigits) { try GTIN(submitted: text) }
    }
  }

  @Test func everyNumberHasOneCheckDigit() throws {
    var random = SeededRandom(seed: 1)
    for _ in 0..<200 {
      let body = UInt64.random(in: 0..<10_000_000_000_000, using: &random)
      let valid = (0..<10).filter { GTIN(number: body * 10 + $0)?.hasValidCheckDigit == true }
      #expect(valid == [GTIN.checkDigit(of: body)])
    }
  }

  @Test func merchants() {
    for text in ["a", "A.b_c-9", String(repeating: "x", count: 64)] { #expect(MerchantID(text)?.text == text) }
    for text in ["", "a b", "a/b", "é", String(repeating: "x", count: 65)] { #expect(MerchantID(text) == nil) }
  }

  @Test func keysOfMessages() throws {
    let key = try #require(ItemKey(messageKey: Array("m-1/00062145556123".utf8)))
    #expect(key.description == "m-1/00062145556123")
    #expect(key.messageKey == Array("m-1/00062145556123".utf8))
    for text in [
      "m-1", "m-1/62145556123", "m-1/000621455561234", "/00062145556123", "m/0006214555612x", "m/n/00062145556123",
    ] {
      #expect(ItemKey(messageKey: Array(text.utf8)) == nil, "\(text)")
    }
  }

  @Test func keysAreOrderedBytewise() throws {
    let texts = ["Z/00000000000002", "a/00000000000001", "a/00000000000002", "a.b/00000000000000", "b/00000000000000"]
    let keys = try texts.map { try #require(ItemKey(messageKey: Array($0.utf8))) }
    #expect(keys.shuffled().sorted().map(\.description) == texts)
  }

  @Test func deliveryIDs() throws {
    let id = try #require(DeliveryID("m/00062145556123/pricing/1700000000000000"))
    #expect(id.system == "pricing" && id.version == 1_700_000_000_000_000)
    #expect(id.description == "m/00062145556123/pricing/1700000000000000")
    for text in [
      "m/00062145556123/pricing", "m/00062145556123//1", "m/00062145556123/p/0", "m/00062145556123/p/1/2", "m/1/p/1",
    ] {
      #expect(DeliveryID(text) == nil, "\(text)")
    }
  }
}
