public import PostgresClient

/// Limits for tests that are not about them. A machine that has other things to do may stall for seconds; what waits
/// here waits for what comes soon, so that a generous limit costs nothing.
public enum Patience {
  public static let limit: Duration = .seconds(120)

  /// How long a group of Kafka waits for a member's heartbeat. An embedded cluster needs about as long for each rebalance,
  /// so it is no longer than need be.
  public static let session: Duration = .seconds(12)

  /// The same as properties of a client, with heartbeats that tell members soon of a rebalance. A member that waits to be
  /// let in, and that an embedded cluster forgot while the machine stalled, asks again after the poll interval.
  public static let sessionProperties = [
    "session.timeout.ms": "\(session.components.seconds * 1_000)", "heartbeat.interval.ms": "300",
    "max.poll.interval.ms": "20000",
  ]

  /// A pool on that database.
  public static func postgres(_ url: String) -> PostgresConfiguration {
    var configuration = PostgresConfiguration(url: url)
    configuration.acquireTimeout = limit
    configuration.connectTimeout = limit
    configuration.statementTimeout = limit
    configuration.idleTransactionTimeout = limit
    configuration.cancelTimeout = limit
    return configuration
  }
}
