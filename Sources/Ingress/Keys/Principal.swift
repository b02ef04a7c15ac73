public import ItemModel

/// Whom a key speaks for.
public enum Principal: Hashable, Sendable {
  /// The people who run the service: may act for every merchant.
  case `operator`
  case merchant(MerchantID)
}
