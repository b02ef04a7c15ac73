import ItemModel
import JSONCodec
import SystemsFile
import Testing

@Suite struct TemplateTests {
  private let two = """
    {"cost":{"shipnodes":[{"shipnodeId":"1","unitCost":1,"startDate":"2019-01-01"},{"shipnodeId":"2","unitCost":2},\
    {"shipnodeId":"1","unitCost":3}]}}
    """

  @Test func wholeStringsGiveValues() throws {
    let attributes = #"{"product":{"t":"a\"b","n":1.50,"o":{"k":[1]},"l":[],"b":true}}"#
    #expect(
      try render(
        #"{ t: "{product.t}", n: "{product.n}", o: "{product.o}", l: "{product.l}", b: "{product.b}", v: "{version}", m: "{merchantId}", g: "{gtin14}" }"#,
        attributes)
        == #"{"t":"a\"b","n":1.50,"o":{"k":[1]},"l":[],"b":true,"v":7,"m":"m","g":"00062145556123"}"#)
  }

  @Test func literalsKeepTheirKind() throws {
    #expect(
      try render(#"{ a: 5, b: "5", c: true, d: null, e: plain text, f: "", g: [1, "{gtin}"], h: {} }"#, "{}")
        == #"{"a":5,"b":"5","c":true,"d":null,"e":"plain text","f":"","g":[1,"062145556123"],"h":{}}"#)
  }

  @Test func placeholdersInsideText() throws {
    let attributes = #"{"product":{"t":"say \"hé\"\n\u0041","n":1.50,"o":{"k":"v"}}}"#
    #expect(
      try render(
        #"["x {product.t} y", "{gtin}/{version}", "n={product.n}", "o={product.o}", "q\"{gtin}\\"]"#, attributes)
        == #"["x say \"hé\"\nA y","062145556123/7","n=1.50","o={\"k\":\"v\"}","q\"062145556123\\"]"#)
    #expect(
      try render(#"["{{gtin}", "a{{b}{gtin}", "<{product.none?}>"]"#, "{}") == #"["{gtin}","a{b}062145556123","<>"]"#)
  }

  @Test func optionalValuesAreLeftOut() throws {
    #expect(
      try render(
        #"{ a: "{pricing.price?}", b: { c: "{seller.name?}" }, d: ["{seller?}", 1], e: "{seller.name?}" }"#, "{}")
        == #"{"b":{},"d":[1]}"#)
  }

  @Test func listsOverEntries() throws {
    let each =
      #"{ l: { each: cost.shipnodes, as: { s: "{shipnodeId}", d: "{startDate?}", g: "{gtin}", p: "{pricing.price?}" } } }"#
    let gtin = #""g":"062145556123""#
    #expect(
      try render(each, two)
        == #"{"l":[{"s":"1","d":"2019-01-01",\#(gtin)},{"s":"2",\#(gtin)},{"s":"1",\#(gtin)}]}"#)
    #expect(try render(each, #"{"cost":{"shipnodes":[]}}"#) == #"{"l":[]}"#)
    #expect(try render(each, #"{"cost":{}}"#) == "{}")
    #expect(try render(each, #"{"pricing":{"price":1}}"#) == "{}")
  }

  @Test func lastOfEqualEntries() throws {
    #expect(
      try render(#"{ l: { each: cost.shipnodes, lastOf: shipnodeId, as: "{unitCost}" } }"#, two) == #"{"l":[2,3]}"#)
  }

  @Test func lookupsByName() throws {
    let graph = try graph(
      snippet:
        #"{ l: { each: cost.shipnodes, as: "{lookup.offer.shipNodeTypes[shipnodeId]}" }, u: "{lookup.offer.upc?}" }"#)
    let one = #"{"cost":{"shipnodes":[{"shipnodeId":"2"}]}}"#
    #expect(try graph.snippet("x", item(one)) == #"{"l":["OWN"],"u":"123890123"}"#)
    #expect(throws: TemplateError.missingLookup("lookup.offer.shipNodeTypes[2]")) {
      try graph.snippet("x", item(one), offer: #"{"shipNodeTypes":{}}"#)
    }
    #expect(throws: TemplateError.missingLookup("lookup.offer.shipNodeTypes[2]")) {
      try graph.snippet("x", item(one), offer: #"{"shipNodeTypes":{"2":null}}"#)
    }
  }

  @Test func missingValuesAreNamed() throws {
    #expect(throws: TemplateError.missingAttribute("seller.name")) {
      try render(#"{ a: "{seller.name}" }"#, #"{"seller":{}}"#)
    }
    #expect(throws: TemplateError.missingAttribute("cost.shipnodes[1].startDate")) {
      try render(#"{ l: { each: cost.shipnodes, as: { d: "{startDate}" } } }"#, two)
    }
    #expect(throws: TemplateError.missingAttribute("seller.id")) { try render(#"["no {seller.id}"]"#, "{}") }
    let missing = try graph(snippet: #"{ a: "{seller.name}" }"#).wanted("x", item(#"{"seller":{"id":"1"}}"#))
    #expect(missing == .missing("seller.name"))
    #expect(throws: TemplateError.missingLookup("lookup.offer.offerId")) {
      try graph(snippet: #"{ a: "{lookup.offer.offerId}" }"#).snippet("x", item("{}"), offer: "{}")
    }
  }

  @Test func wantedDigestsGoByValue() throws {
    let graph = try referenceSystems()
    let priced = { (price: String) in
      try item(#"{"cost":{"shipnodes":[]},"pricing":{"price":{"currencyAmount":\#(price),"currencyUnit":"USD"}}}"#)
    }
    for name in ["pricing", "logistics"] {
      let wanted = try graph.wanted(name, priced("39.88"))
      #expect(try graph.wanted(name, priced("39.880")) == wanted)
      #expect(try graph.wanted(name, priced("3988e-2")) == wanted)
      // Logistics reads no price, but comes after pricing.
      #expect(try graph.wanted(name, priced("39.89")) != wanted)
    }
    #expect(try graph.wanted("cost", priced("39.88")) == graph.wanted("cost", priced("39.89")))
    #expect(try graph.wanted("seller", priced("39.88")) == .nothing)
  }

  @Test func wantedDigestsLeaveOutVersionAndLookups() throws {
    let graph = try graph(snippet: #"{ v: "{version}", t: "v{version}", o: "{lookup.offer.upc}", s: "{seller.id}" }"#)
    let one = try graph.wanted("x", item(#"{"seller":{"id":"1"}}"#, version: 1))
    #expect(try graph.wanted("x", item(#"{"seller":{"id":"1"}}"#, version: 2)) == one)
    #expect(try graph.wanted("x", item(#"{"seller":{"id":"\u0031","name":"n"}}"#, version: 1)) == one)
    #expect(try graph.wanted("x", item(#"{"seller":{"id":"2"}}"#, version: 1)) != one)
  }

  @Test func wantedDigestsTellWhichLookedUpValueIsMeant() throws {
    let graph = try graph(
      snippet:
        #"{ l: { each: cost.shipnodes, as: { type: "{lookup.offer.shipNodeTypes[shipnodeId]}", c: "{unitCost}" } } }"#)
    func node(_ id: String) -> String { #"{"cost":{"shipnodes":[{"shipnodeId":"\#(id)","unitCost":1}]}}"# }
    #expect(try graph.wanted("x", item(node("1"))) != graph.wanted("x", item(node("2"))))
    #expect(try graph.wanted("x", item(node("1"))) == graph.wanted("x", item(node(#"\u0031"#))))
    let none = #"{"cost":{"shipnodes":[{"unitCost":1}]}}"#
    #expect(try graph.wanted("x", item(none)) == .missing("cost.shipnodes[0].shipnodeId"))
    #expect(throws: TemplateError.missingAttribute("cost.shipnodes[0].shipnodeId")) {
      try graph.snippet("x", item(none))
    }
  }

  @Test func wantedDigestsTellTemplatesApart() throws {
    let attributes = #"{"seller":{"id":"1"}}"#
    let one = try graph(snippet: #"{ a: "{seller.id}" }"#)
    let other = try graph(snippet: #"{ a: "{seller.id}", v: "{version}" }"#)
    #expect(try one.wanted("x", item(attributes)) != other.wanted("x", item(attributes)))
    #expect(one.fingerprint != other.fingerprint)
    #expect(try one.fingerprint == graph(snippet: #"{ a: "{seller.id}" }"#).fingerprint)
  }
}
