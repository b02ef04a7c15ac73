public import PostgresClient

/// Limits for tests that are not about them. A machine that has other things to do may stall for seconds; what waits
/// here waits for what comes soon, so that a generous limit costs nothing.
public enum Patience {
  public static let limit: Duration = .seconds(120)

  /// Properties of Kafka's clients: how long a group waits for a member's heartbeat, and heartbeats that tell members soon
  /// of a rebalance. An embedded cluster needs about a session for each rebalance, so it is no longer than need be. One that
  /// stalled forgets members that wait for a rebalance: they join again after `max.poll.interval.ms`.
  public static let sessionProperties = [
    "session.timeout.ms": "12000", "heartbeat.interval.ms": "300", "max.poll.interval.ms": "15000",
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
