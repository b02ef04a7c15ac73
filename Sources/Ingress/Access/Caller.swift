internal import HTTPServer
internal import ItemModel

/// Who makes a request, and under which identifier it is traced.
struct Caller: Sendable {
  /// Nil on a path that needs no key.
  let principal: Principal?
  let correlationID: String

  /// The merchant that the request is for: the key's own, or the one that an operator names.
  func merchant(_ head: HTTPRequestHead) throws(Problem) -> MerchantID {
    let name = try head.single("X-Merchant-Id")
    switch principal {
    case nil: throw .unauthorized("Send it as Authorization: Bearer KEY.")
    case .merchant(let own):
      guard name == nil || name == own.text else {
        throw Problem(
          403, "wrong_merchant", "The key belongs to another merchant",
          "Leave X-Merchant-Id out, or use that merchant's key.")
      }
      return own
    case .operator:
      guard let name else {
        throw Problem(
          400, "merchant_required", "It is not said which merchant is meant",
          "An operator's key needs the header X-Merchant-Id.", field: "X-Merchant-Id")
      }
      guard let merchant = MerchantID(name) else {
        throw Problem(
          400, "invalid_merchant", "X-Merchant-Id is not a merchant's id",
          "It has 1 to 64 characters: letters, digits, full stop, underscore, hyphen.", field: "X-Merchant-Id")
      }
      return merchant
    }
  }
}
