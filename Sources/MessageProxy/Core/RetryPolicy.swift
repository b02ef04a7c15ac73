/// When a message that failed is delivered again, and when it is given up.
public struct RetryPolicy: Sendable, Hashable {
  enum Decision: Equatable {
    case retry(after: Duration)
    case giveUp
  }

  /// The pause after the first failure; it doubles with each further one.
  public var firstDelay: Duration = .seconds(1)
  /// The longest pause.
  public var maxDelay: Duration = .seconds(300)
  /// The longest pause that a receiver may ask for.
  public var maxRequestedDelay: Duration = .seconds(3_600)
  /// How much of a pause is left to chance (0…1), so that what failed together does not return together.
  public var jitter = 0.5
  /// How often a message is delivered at most; nil for no limit.
  public var maxAttempts: Int?
  /// How long after its first delivery it is still tried; nil for no limit.
  public var timeBudget: Duration? = .seconds(24 * 3_600)

  public init() {}

  /// - Parameters:
  ///   - attempts: deliveries so far, this one included.
  ///   - elapsed: time since the first of them.
  ///   - requested: the pause that the receiver asked for; it is never cut short, but by `maxRequestedDelay`.
  ///   - chance: a random number, 0..<1.
  func decide(attempts: Int, elapsed: Duration, requested: Duration?, chance: Double) -> Decision {
    if let maxAttempts, attempts >= maxAttempts { return .giveUp }
    let delay = requested.map { requestedDelay($0, chance) } ?? backOff(attempts: attempts, chance: chance)
    if let timeBudget, elapsed + delay > timeBudget { return .giveUp }
    return .retry(after: delay)
  }

  func backOff(attempts: Int, chance: Double) -> Duration {
    // Far beyond any sensible cap already; a larger exponent would overflow.
    let doublings = min(max(attempts - 1, 0), 40)
    let seconds = min(Self.seconds(firstDelay) * Double(1 << doublings), Self.seconds(maxDelay))
    return .seconds(seconds * (1 - jitter * chance))
  }

  /// Somewhat more than was asked for, a tenth at most.
  private func requestedDelay(_ delay: Duration, _ chance: Double) -> Duration {
    let seconds = max(0, min(Self.seconds(delay), Self.seconds(maxRequestedDelay)))
    return .seconds(seconds * (1 + 0.1 * jitter * chance))
  }

  private static func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }
}
