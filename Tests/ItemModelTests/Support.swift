import ItemModel
import JSONCodec
import Testing

func json(_ text: String) throws -> JSONValue { try JSONDocument(text).root }

extension Attributes {
  init(_ text: String) throws { try self.init(json(text)) }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  func merging(_ change: String, rules: [CoChangeRule] = [], limits: ItemLimits = ItemLimits()) throws
    -> MergedAttributes
  {
    try merging(json(change), rules: rules, limits: limits)
  }

  /// The codes and fields of the mistakes that refuse a change.
  func mistakes(_ change: String, rules: [CoChangeRule] = [], limits: ItemLimits = ItemLimits()) throws -> [String] {
    do {
      _ = try merging(json(change), rules: rules, limits: limits)
      return []
    } catch let errors as DataErrors {
      return errors.errors.map { "\($0.code) \($0.field)" }
    }
  }
}

func usd(_ amount: String) -> String { #"{"currencyAmount":\#(amount),"currencyUnit":"USD"}"# }

/// A window of ship node `node`.
func window(_ node: String, _ cost: String?, _ start: String? = nil, _ end: String? = nil) -> String {
  var text = #"{"shipnodeId":"\#(node)","unitCost":\#(cost.map(usd) ?? "null")"#
  if let start { text += #","startDate":"\#(start)""# }
  if let end { text += #","endDate":"\#(end)""# }
  return text + "}"
}

func cost(_ windows: String...) -> String { #"{"cost":{"shipnodes":[\#(windows.joined(separator: ","))]}}"# }

/// A generator whose numbers depend on the seed alone (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
