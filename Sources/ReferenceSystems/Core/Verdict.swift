/// What a system makes of a delivery.
public enum Verdict: Sendable, Equatable {
  /// The version is new, and is held from now on.
  case accepted
  /// The version is the one held; what is held stays.
  case repeated
  /// A newer version is held.
  case older(held: Int64)
}
