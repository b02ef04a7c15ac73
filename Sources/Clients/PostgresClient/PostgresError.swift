/// What went wrong in a call to PostgreSQL, with the server's own words where it gave any.
///
/// Parameter values and passwords are never part of it, except where the server itself quotes a value in `message` or
/// `detail`; `description` leaves `detail` out.
public struct PostgresError: Error, Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// The connection could not be opened, or was lost. Whether a statement sent on it took effect is not known.
    case connection
    /// The server refused the credentials.
    case authentication
    /// The connection string cannot be read.
    case configuration
    /// 40001: repeat the transaction.
    case serialization
    /// 40P01: repeat the transaction.
    case deadlock
    /// 23505.
    case uniqueViolation
    /// 42P01.
    case undefinedTable
    /// The calling task was cancelled.
    case cancelled
    /// The call's own deadline or the server's `statement_timeout` passed (or another session cancelled the statement).
    case timeout
    /// No connection came free in time, or too many callers wait already.
    case poolExhausted
    /// The pool was shut down.
    case poolClosed
    /// The connection was lost between a COMMIT and its answer: the transaction took effect, or it did not.
    case commitUnknown
    /// A column has another type than the one asked for, or is NULL.
    case unexpectedValue
    /// Client and server, or the caller and this client, do not agree on what comes next.
    case protocolViolation
    /// Any other error of the server.
    case server(sqlstate: String)
  }

  public var kind: Kind
  public var message: String
  /// The five characters of the server's error code, or nil if the error was not the server's.
  public var sqlstate: String?
  /// `ERROR`, `FATAL` or `PANIC`, never translated.
  public var severity: String?
  public var detail: String?
  public var hint: String?
  public var constraint: String?
  /// The SQL text that failed.
  public var statement: String?
  /// Which command of a pipeline failed, from 0.
  public var index: Int?

  public init(_ kind: Kind, _ message: String, sqlstate: String? = nil, statement: String? = nil) {
    self.kind = kind
    self.message = message
    self.sqlstate = sqlstate
    self.statement = statement
  }

  /// Whether the same work may succeed when it is simply begun again. For `.connection` the caller must know that the
  /// work can be repeated; after `.commitUnknown` it has to look first.
  public var isRetriable: Bool {
    switch kind {
    case .connection, .serialization, .deadlock, .timeout, .poolExhausted: true
    // Too many connections, out of memory or disk, a lock that was not available.
    case .server(let sqlstate): sqlstate.hasPrefix("53") || sqlstate == "55P03"
    default: false
    }
  }

  /// Whether the server refused a value: the same one fails again, another may not (class 22, or a constraint of the
  /// table; not a key that is taken, nor a partition that is not there yet).
  public var refusesContent: Bool {
    guard case .server(let sqlstate) = kind else { return false }
    return sqlstate.hasPrefix("22") || (sqlstate.hasPrefix("23") && constraint != nil)
  }

  /// Whether the server asks for the whole transaction to be repeated.
  public var asksToRepeatTransaction: Bool { kind == .serialization || kind == .deadlock }

  static func kind(sqlstate: String) -> Kind {
    switch sqlstate {
    case "40001": return .serialization
    case "40P01": return .deadlock
    case "23505": return .uniqueViolation
    case "42P01": return .undefinedTable
    case "57014": return .timeout
    // Shut down, crashed, starting up; a transaction that was idle for too long.
    case "57P01", "57P02", "57P03", "25P03": return .connection
    default: break
    }
    if sqlstate.hasPrefix("08") { return .connection }
    if sqlstate.hasPrefix("28") { return .authentication }
    return .server(sqlstate: sqlstate)
  }
}

extension PostgresError: CustomStringConvertible {
  public var description: String {
    var text = "postgres: \(message)"
    if let sqlstate { text += " (\(sqlstate))" }
    if let constraint { text += ", constraint \(constraint)" }
    if let index { text += ", command \(index)" }
    if let hint { text += ", hint: \(hint)" }
    return text
  }
}
