/// Why a delivery was not even looked at: the sender's mistake.
public struct DeliveryFault: Error, Sendable, Equatable {
  public let code: String
  public let message: String

  init(_ code: String, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The key and the headers speak of different deliveries; the code names what differs first.
  static func disagreement(key: String, expected: String) -> DeliveryFault {
    let (given, wanted) = (key.split(separator: "/"), expected.split(separator: "/"))
    guard given.count == 4, wanted.count == 4 else { return DeliveryFault("key_malformed", "\(key)") }
    let parts = ["merchant_mismatch", "gtin_mismatch", "system_mismatch", "version_mismatch"]
    let code = zip(parts, zip(given, wanted)).first { $0.1.0 != $0.1.1 }?.0
    return DeliveryFault(code ?? "key_malformed", "the key is \(key), the delivery is \(expected)")
  }
}
