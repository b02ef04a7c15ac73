import ItemModel
import JSONCodec
import SystemsFile
import Testing

/// The reference systems' file, read with no environment.
func referenceSystems() throws -> SystemGraph {
  try SystemsFile.read(SystemsFile.reference, file: "systems.yaml", environment: [:]).graph
}

/// An item of merchant `m`.
func item(_ attributes: String, gtin: String = "062145556123", version: Int64 = 7) throws -> TemplateItem {
  let merchant = try #require(MerchantID("m"))
  return TemplateItem(
    key: ItemKey(merchant: merchant, gtin: try GTIN(submitted: gtin)), gtin: gtin, version: version,
    attributes: try Attributes(Array(attributes.utf8)))
}

/// The first row of the cost fixture.
let firstRow = """
  {"cost":{"shipnodes":[{"shipnodeId":"1234589","unitCost":{"currencyAmount":39.88,"currencyUnit":"USD"},\
  "othersMayChange":true,"startDate":"2019-04-11","endDate":"2019-04-21"}]}}
  """

let offer = #"{"offerId":"abcd123ghi5677","upc":"123890123","shipNodeTypes":{"1234589":"DSV","2":"OWN"}}"#

extension SystemGraph {
  /// The snippet of one system, with `offer` as the first look-up's answer.
  func snippet(_ name: String, _ item: TemplateItem, offer: String = offer) throws -> String {
    let system = systems[try #require(index(of: name))]
    let bytes = try system.template.render(item, lookups: [0: JSONDocument(offer).root])
    return String(decoding: bytes, as: UTF8.self)
  }

  func wanted(_ name: String, _ item: TemplateItem) throws -> Wanted { wanted(item)[try #require(index(of: name))] }
}

/// A graph of one system `x` with this snippet, written as the file would have it.
func graph(snippet: String, consumes: String = "[cost, pricing, seller, product]") throws -> SystemGraph {
  let text = """
    systems:
      x: { url: "http://x/s", consumes: \(consumes), snippet: \(snippet) }
    lookups:
      offer: { url: "http://o/{gtin14}" }
    """
  return try SystemsFile.read(Array(text.utf8), file: "f.yaml", environment: [:]).graph
}

func render(_ snippet: String, _ attributes: String) throws -> String {
  try graph(snippet: snippet).snippet("x", item(attributes))
}
