public import NativeThreads

/// How to reach the database, and the limits of a pool of connections to it.
public struct PostgresConfiguration: Sendable {
  /// A libpq connection string or URI. Names in a list of several hosts should be numeric: only the first host is
  /// looked up off the event loop.
  public var url: String
  /// How many connections at most.
  public var size = 8
  /// How many callers may wait for a connection; one more is refused at once.
  public var waitingLimit = 1_024
  /// How long a caller waits for a connection.
  public var acquireTimeout: Duration = .seconds(5)
  /// How long opening a connection may take, the look-up of the name included.
  public var connectTimeout: Duration = .seconds(5)
  /// The server's `statement_timeout`; calls without a time-out of their own also end on this side soon after it.
  public var statementTimeout: Duration = .seconds(30)
  /// The server's `idle_in_transaction_session_timeout`: a transaction in which nothing is said for so long is rolled
  /// back, and its locks are free again, however its client fares. The connection is lost then.
  public var idleTransactionTimeout: Duration = .seconds(30)
  /// How long a cancelled statement may take to end before its connection is closed.
  public var cancelTimeout: Duration = .seconds(5)
  /// A connection that was idle for longer is closed rather than lent: its server may be gone without a word.
  public var idleLimit: Duration = .seconds(30)
  /// Prepared statements a connection, the least recently used giving way.
  public var preparedLimit = 256
  /// The pauses after a connection could not be opened.
  public var backoff = Backoff()
  /// Shown in `pg_stat_activity`.
  public var applicationName = "hyperloop"

  public init(url: String) { self.url = url }
}
