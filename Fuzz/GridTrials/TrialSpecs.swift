internal import SpecParser

/// The specs that files are read by.
enum TrialSpecs {
  static let all: [Spec] =
    ["cost", "item", "price"].map { name in
      guard let spec = try? ShippedSpecs.spec(named: name) else { fatalError("\(name) is not shipped") }
      return spec
    } + [everything]

  /// A spec with every type of column, and whatever else the shipped ones leave out.
  static let everything: Spec = {
    do {
      return try SpecFile.read(Array(text.utf8), file: "everything.yaml")
    } catch {
      fatalError("the spec of every type is none: \(error)")
    }
  }()

  static let text = """
    spec: everything
    currency: EUR
    checkDigit: error
    dates: { order: infer, pivot: 50 }
    rows: { list: cost.shipnodes, key: [shipnodeId, startDate], window: [startDate, endDate] }
    columns:
      - { name: GTIN, type: gtin, required: true, synonyms: [EAN] }
      - { name: Place, type: text, required: true, maxLength: 20, minLength: 1, attribute: cost.shipnodes.shipnodeId }
      - { name: Amount, type: money, default: "2", attribute: cost.shipnodes.unitCost }
      - { name: Weight, type: decimal, minimum: -5, attribute: cost.shipnodes.weight }
      - { name: Pieces, type: integer, default: "1", maximum: 1000000, attribute: cost.shipnodes.pieces }
      - { name: Fragile, type: boolean, default: "no", attribute: cost.shipnodes.fragile }
      - { name: From, type: date, attribute: cost.shipnodes.startDate }
      - { name: Until, type: date, notBefore: From, attribute: cost.shipnodes.endDate }
      - { name: Colour, type: enumeration, values: { red: [rot, rouge], blue: [blau], green: [] }, attribute: cost.shipnodes.colour }
      - { name: Sizes, type: list, separator: "|", items: decimal, attribute: cost.shipnodes.sizes }
      - { name: Days, type: list, separator: "|", items: date, attribute: cost.shipnodes.days }
      - { name: Title, type: text, default: "no \\"title\\"", attribute: cost.shipnodes.title }
    checks:
      - { column: Colour, requires: Sizes }
    """
}
