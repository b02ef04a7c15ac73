internal import CPostgres

/// What a statement gave: rows, or the number of rows that it touched.
///
/// Values are read from libpq's own memory when they are asked for; rows and columns count from 0. Each accessor throws
/// `PostgresError` of the kind `.unexpectedValue` for a column of another type, or for a NULL that it cannot give back.
///
/// The one owner of its `PGresult`. `@unchecked Sendable`: nothing changes it after it is made, and libpq lets several
/// threads read a result at once.
public final class PostgresResult: @unchecked Sendable {
  private let handle: OpaquePointer
  /// How many rows there are.
  public let count: Int
  public let columnCount: Int
  private let columns: [Column]

  struct Column {
    let type: PostgresType
    let isBinary: Bool
  }

  init(_ handle: OpaquePointer) {
    self.handle = handle
    count = Int(PQntuples(handle))
    columnCount = Int(PQnfields(handle))
    columns = (0..<PQnfields(handle)).map {
      Column(type: PostgresType(rawValue: PQftype(handle, $0)), isBinary: PQfformat(handle, $0) == 1)
    }
  }

  deinit { PQclear(handle) }

  /// How many rows an INSERT, UPDATE, DELETE, MERGE, COPY or SELECT touched.
  public var rowsAffected: Int { Int(String(cString: PQcmdTuples(handle))) ?? 0 }

  /// The server's word for what was done: `INSERT 0 5`, `COMMIT` …
  public var commandTag: String { String(cString: PQcmdStatus(handle)) }

  public func columnName(_ column: Int) -> String? {
    PQfname(handle, Int32(truncatingIfNeeded: column)).map { String(cString: $0) }
  }

  func column(_ index: Int) throws(PostgresError) -> Column {
    guard columns.indices.contains(index) else {
      throw PostgresError(.unexpectedValue, "column \(index) of \(columns.count) was asked for")
    }
    return columns[index]
  }

  /// A value's bytes as the server sent them, nil for NULL. Valid while the result lives.
  func cell(_ row: Int, _ column: Int) throws(PostgresError) -> UnsafeRawBufferPointer? {
    guard row >= 0, row < count, column >= 0, column < columnCount else {
      throw PostgresError(.unexpectedValue, "row \(row), column \(column) of \(count) × \(columnCount) was asked for")
    }
    let (row, column) = (Int32(row), Int32(column))
    guard PQgetisnull(handle, row, column) == 0 else { return nil }
    return UnsafeRawBufferPointer(start: PQgetvalue(handle, row, column), count: Int(PQgetlength(handle, row, column)))
  }

  // MARK: Status

  enum Status { case success, copyIn, copyOut, synced, aborted, failed(PostgresError), other }

  var status: Status {
    switch PQresultStatus(handle) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: .success
    case PGRES_COPY_IN: .copyIn
    case PGRES_COPY_OUT: .copyOut
    case PGRES_PIPELINE_SYNC: .synced
    case PGRES_PIPELINE_ABORTED: .aborted
    case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE: .failed(serverError())
    default: .other
    }
  }

  private func serverError() -> PostgresError {
    let sqlstate = field(HL_PG_SQLSTATE)
    let severity = field(HL_PG_SEVERITY)
    let message = field(HL_PG_MESSAGE) ?? String(cString: PQresultErrorMessage(handle))
    // An error without a code is libpq's own: the connection broke.
    let kind = sqlstate.map { PostgresError.kind(sqlstate: $0) } ?? .connection
    var error = PostgresError(kind, message, sqlstate: sqlstate)
    error.severity = severity
    error.detail = field(HL_PG_DETAIL)
    error.hint = field(HL_PG_HINT)
    error.constraint = field(HL_PG_CONSTRAINT)
    return error
  }

  private func field(_ code: Int32) -> String? { PQresultErrorField(handle, code).map { String(cString: $0) } }
}
