/// A priority class with its own topic, pool and service level.
public enum Lane: UInt8, CaseIterable, Comparable, Sendable {
  /// Re-runs and backfills; no service level.
  case bulk = 0
  /// New and changed items: two hours.
  case setup = 1
  /// Prices: seconds.
  case price = 2

  public init?(name: String) {
    guard let lane = Lane.allCases.first(where: { $0.name == name }) else { return nil }
    self = lane
  }

  /// `price`, `setup`, `bulk`.
  public var name: String {
    switch self {
    case .bulk: "bulk"
    case .setup: "setup"
    case .price: "price"
    }
  }

  /// The lane's topic, without the configured prefix.
  public var topic: String { "lane-\(name)" }

  public static func < (one: Lane, other: Lane) -> Bool { one.rawValue < other.rawValue }
}
