/// How long to wait before trying again: doubling from `first` to `most`, each time a random part between half and whole,
/// so that many clients do not come back at once.
public struct Backoff: Sendable {
  public var first: Duration
  public var most: Duration

  public init(first: Duration = .milliseconds(50), most: Duration = .seconds(5)) {
    self.first = first
    self.most = most
  }

  /// - Parameters:
  ///   - failures: how many tries in a row have failed, from 1.
  ///   - random: between 0 and 1.
  public func delay(afterFailures failures: Int, random: Double = .random(in: 0...1)) -> Duration {
    let whole = min(most, first * (1 << min(max(failures - 1, 0), 20)))
    return whole * (0.5 + random / 2)
  }
}
