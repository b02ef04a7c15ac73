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
