import ItemModel
import JSONCodec
import Testing

@Suite struct MergingTests {
  @Test func groupsAndAttributesAreMerged() throws {
    let first = try Attributes.empty.merging(#"{"seller":{"id":"1","name":"n"},"product":{"title":"t"}}"#)
    #expect(first.changed.groups == [.seller, .product])
    let second = try first.attributes.merging(#"{"seller":{"name":"m"},"offer":{"upc":"5"}}"#)
    #expect(second.changed.groups == [.seller, .offer])
    #expect(second.attributes.text == #"{"seller":{"id":"1","name":"m"},"offer":{"upc":"5"},"product":{"title":"t"}}"#)
  }

  @Test func nullRemoves() throws {
    let stored = try Attributes(#"{"seller":{"id":"1","name":"n"}}"#)
    let merged = try stored.merging(#"{"seller":{"name":null,"other":null}}"#)
    #expect(merged.attributes.text == #"{"seller":{"id":"1"}}"#)
    #expect(merged.changed.groups == [.seller])
    #expect(try merged.attributes.merging(#"{"seller":{"name":null}}"#).changed.isEmpty)
  }

  @Test func equalByValueIsNoChange() throws {
    let stored = try Attributes.empty.merging(
      #"{"pricing":{"price":\#(usd("39.88"))},"product":{"x":{"a":1,"b":[1.0]}},"cost":{"shipnodes":[\#(window("1", "2.5"))]}}"#
    ).attributes
    let same = try stored.merging(
      #"{"product":{"x":{"b":[1e0],"a":1}},"pricing":{"price":\#(usd("39.880"))},"cost":{"shipnodes":[\#(window("1", "2.500"))]}}"#
    )
    #expect(same.changed.isEmpty)
    #expect(same.attributes.text == stored.text)
  }

  @Test func moneyIsNormalised() throws {
    let merged = try Attributes.empty.merging(
      #"{"pricing":{"price":{ "currencyUnit": "USD", "currencyAmount": "21.2" }}}"#)
    #expect(merged.attributes.text == #"{"pricing":{"price":\#(usd("21.20"))}}"#)
  }

  @Test func windowsAreSortedAndKept() throws {
    let merged = try Attributes.empty.merging(
      cost(
        window("b", "1"), window("B", "2", "2019-05-01"), window("a", "3", "2019-02-01"),
        window("a", "4", nil, "2019-01-31")))
    #expect(
      merged.attributes.text
        == cost(
          window("B", "2.00", "2019-05-01"), window("a", "4.00", nil, "2019-01-31"), window("a", "3.00", "2019-02-01"),
          window("b", "1.00")))
  }

  @Test func sameStartReplacesAndTells() throws {
    let stored = try Attributes(cost(window("1", "2.00", "2019-01-01", "2019-01-31")))
    let merged = try stored.merging(cost(window("1", "3.00", "2019-01-01", "2019-02-28")))
    #expect(merged.attributes.text == cost(window("1", "3.00", "2019-01-01", "2019-02-28")))
    #expect(merged.notes.map(\.code) == ["window_replaced"])
    #expect(merged.notes.first?.description.contains("2019-01-31") == true)
    #expect(try stored.merging(cost(window("1", "3.00", "2019-01-01", "2019-01-31"))).notes.isEmpty)
  }

  @Test func overlapsAreRefused() throws {
    let stored = try Attributes(cost(window("1", "2.00", "2019-01-01", "2019-01-31")))
    #expect(try stored.mistakes(cost(window("1", "3", "2019-01-31"))) == ["window_overlap_stored cost.shipnodes[0]"])
    #expect(
      try stored.mistakes(cost(window("2", "3"), window("1", "3", nil, "2019-01-01"))) == [
        "window_overlap_stored cost.shipnodes[1]"
      ])
    #expect(try stored.mistakes(cost(window("1", "3", "2019-02-01"))) == [])
    #expect(try stored.mistakes(cost(window("2", "3", "2019-01-15"))) == [])
    #expect(
      try Attributes.empty.mistakes(cost(window("1", "3", "2019-01-01"), window("1", "3", "2019-02-01")))
        == ["window_overlap cost.shipnodes[1]"])
    #expect(
      try Attributes.empty.mistakes(cost(window("1", "3"), window("1", "4"))) == ["window_overlap cost.shipnodes[1]"])
    // A replacement may be longer than what it replaces, but not run into the next.
    let row = try Attributes(cost(window("1", "2.00", "2019-01-01", "2019-01-31"), window("1", "2.00", "2019-02-01")))
    #expect(
      try row.mistakes(cost(window("1", "2", "2019-01-01", "2019-02-01"))) == [
        "window_overlap_stored cost.shipnodes[0]"
      ])
  }

  @Test func aWindowOverTwoStoredOnesIsTheNewOnesMistake() throws {
    let stored = try Attributes(
      cost(window("1", "2.00", "2019-02-01", "2019-02-28"), window("1", "2.00", "2019-04-01", "2019-04-30")))
    let found = try stored.mistakes(cost(window("2", "1"), window("1", "3", "2019-01-01", "2019-12-31")))
    #expect(Set(found) == ["window_overlap_stored cost.shipnodes[1]"])
  }

  @Test func exactRepeatsAreOne() throws {
    let merged = try Attributes.empty.merging(cost(window("1", "3", "2019-01-01"), window("1", "3.00", "2019-01-01")))
    #expect(merged.attributes[.cost]?["shipnodes"]?.count == 1)
    #expect(
      try Attributes.empty.mistakes(cost(window("1", "3", "2019-01-01"), window("1", nil, "2019-01-01"))).count == 1)
  }

  @Test func nullCostRemovesAWindow() throws {
    let stored = try Attributes(
      cost(window("1", "2.00"), window("2", "4.00", nil, "2018-01-01"), window("2", "2.00", "2019-01-01")))
    let merged = try stored.merging(cost(window("2", nil, "2019-01-01"), window("3", nil)))
    #expect(merged.attributes.text == cost(window("1", "2.00"), window("2", "4.00", nil, "2018-01-01")))
    let none = try merged.attributes.merging(cost(window("1", nil), window("2", nil)))
    #expect(none.attributes.text == cost())
    // What is removed makes room in the same change.
    let moved = try stored.merging(cost(window("1", nil), window("1", "5", "2019-06-01")))
    #expect(moved.attributes[.cost]?["shipnodes"]?.elements.first { _ in true }?["startDate"]?.string == "2019-06-01")
  }

  @Test func furtherMembersOfAWindowAreKept() throws {
    let merged = try Attributes.empty.merging(
      #"{"cost":{"shipnodes":[{"note":"x","unitCost":\#(usd("1")),"shipnodeId":"1","endDate":null}],"by":"me"}}"#)
    #expect(
      merged.attributes.text
        == #"{"cost":{"shipnodes":[{"shipnodeId":"1","unitCost":\#(usd("1.00")),"note":"x"}],"by":"me"}}"#)
  }

  @Test func everyMistakeIsNamed() throws {
    let change = """
      {"colour":{},"seller":5,"pricing":{"price":\(usd("1.1234567"))},"shipping":{"cost":3},"logistics":{"cost":\(usd("1e20"))},\
      "cost":{"shipnodes":[{"unitCost":\(usd("1"))},{"shipnodeId":"1"},{"shipnodeId":"1","unitCost":5},\
      {"shipnodeId":"1","unitCost":{"currencyAmount":1,"currencyUnit":"$"}},7,\
      \(window("1", "1", "2019-02-30")),\(window("1", "1", "2019-02-02", "2019-02-01"))]}}
      """
    #expect(
      try Attributes.empty.mistakes(change) == [
        "unknown_group colour", "invalid_group seller", "too_precise pricing.price", "invalid_money shipping.cost",
        "out_of_range logistics.cost", "missing_shipnode cost.shipnodes[0].shipnodeId",
        "missing_unit_cost cost.shipnodes[1].unitCost", "invalid_money cost.shipnodes[2].unitCost",
        "invalid_currency cost.shipnodes[3].unitCost", "invalid_window cost.shipnodes[4]",
        "invalid_date cost.shipnodes[5].startDate", "window_reversed cost.shipnodes[6]",
      ])
    #expect(try Attributes.empty.mistakes(#"{"cost":{"shipnodes":{}}}"#) == ["invalid_shipnodes cost.shipnodes"])
    #expect(throws: DataErrors.self) { try Attributes.empty.merging("[]") }
  }

  @Test func namesNeverChangeWithoutIds() throws {
    let rules = [
      CoChangeRule(
        attribute: AttributePath(group: .seller, name: "name"), requires: AttributePath(group: .seller, name: "id"))
    ]
    let stored = try Attributes(#"{"seller":{"id":"1","name":"n"}}"#)
    #expect(try stored.mistakes(#"{"seller":{"name":"m"}}"#, rules: rules) == ["co_change seller.name"])
    #expect(try stored.mistakes(#"{"seller":{"name":"m","id":null}}"#, rules: rules) == ["co_change seller.name"])
    #expect(try stored.mistakes(#"{"seller":{"name":"m","id":"1"}}"#, rules: rules) == [])
    #expect(try stored.mistakes(#"{"seller":{"description":"d"}}"#, rules: rules) == [])
  }

  @Test func limitsHold() throws {
    let limits = ItemLimits(maxWindows: 2, maxBytes: 300)
    let stored = try Attributes(cost(window("1", "2.00"), window("2", "2.00")))
    #expect(try stored.mistakes(cost(window("3", "1")), limits: limits) == ["too_many_windows cost.shipnodes"])
    #expect(try stored.mistakes(cost(window("2", "3")), limits: limits) == [])
    let title = String(repeating: "x", count: 200)
    #expect(try stored.mistakes(#"{"product":{"title":"\#(title)"}}"#, limits: limits) == ["item_too_large attributes"])
  }

  @Test func groupsOfAnItem() throws {
    let attributes = try Attributes(#"{"pricing":{"price":1},"seller":{},"colour":{}}"#)
    #expect(attributes.groups.groups == [.seller, .pricing])
    var bytes: [UInt8] = []
    attributes.append(
      [AttributeGroups(.pricing), AttributeGroups(.cost)].reduce(into: []) { $0.formUnion($1) }, to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == #"{"pricing":{"price":1}}"#)
    for group in AttributeGroup.allCases { #expect(AttributeGroup(name: group.name) == group) }
  }
}
