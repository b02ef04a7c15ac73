/// Sends the bytes of a COPY to the server.
public struct PostgresCopyWriter: Sendable {
  let connection: PostgresConnection
  let timeout: Duration?

  /// Sends bytes in the COPY's format, and returns when the socket has taken them all.
  public func write(_ bytes: [UInt8]) async throws(PostgresError) {
    try await connection.writeCopy(bytes, timeout: timeout)
  }
}

extension PostgresConnection {
  /// How much is handed to libpq at once, which bounds its buffer.
  private static let sliceSize = 256 * 1_024

  /// Runs `COPY … FROM STDIN`. What `body` throws, or a cancelled task, makes the COPY fail; the connection stays
  /// usable (a transaction around it is aborted, as after any error).
  /// - Parameters:
  ///   - timeout: the limit of each write and of the end; the whole is under the server's `statement_timeout`.
  /// - Returns: how many rows were copied.
  @discardableResult
  public nonisolated func copyIn(
    _ sql: String, timeout: Duration? = nil, _ body: (PostgresCopyWriter) async throws -> Void
  ) async throws -> Int {
    try await beginCopy(sql, .copyIn, timeout: timeout)
    do {
      try await body(PostgresCopyWriter(connection: self, timeout: timeout))
      return try await endCopyIn(sql, timeout: timeout)
    } catch {
      await failCopyIn(sql)
      throw error
    }
  }

  /// Runs `COPY … TO STDOUT` and gives its bytes to `body` in chunks of whole rows. No more is read while `body` runs;
  /// what it throws, or a cancelled task, ends the COPY and leaves the connection usable.
  /// - Parameters:
  ///   - chunkSize: a chunk is handed over once it has this many bytes.
  ///   - timeout: the limit of each chunk; the whole is under the server's `statement_timeout`.
  public nonisolated func copyOut(
    _ sql: String, chunkSize: Int = 64 * 1_024, timeout: Duration? = nil, _ body: ([UInt8]) async throws -> Void
  ) async throws {
    try await beginCopy(sql, .copyOut, timeout: timeout)
    do {
      while let chunk = try await nextChunk(sql, size: chunkSize, timeout: timeout) { try await body(chunk) }
    } catch {
      await cancelCopyOut(sql)
      throw error
    }
  }

  private func beginCopy(_ sql: String, _ wanted: Mode, timeout: Duration?) async throws(PostgresError) {
    try await call(timeout: timeout) { () async throws(PostgresError) in
      guard libpq.send(simple: sql) else { throw lost() }
      guard let result = try await nextResult() else { throw lost() }
      switch (result.status, wanted) {
      case (.copyIn, .copyIn), (.copyOut, .copyOut): mode = wanted
      case (.failed(var error), _):
        _ = try? await results(of: sql)
        error.statement = sql
        throw error
      default:
        close()
        throw PostgresError(.protocolViolation, "the statement is not a COPY in the wanted direction", statement: sql)
      }
    }
  }

  // MARK: To the server

  fileprivate func writeCopy(_ bytes: [UInt8], timeout: Duration?) async throws(PostgresError) {
    try await call(timeout: timeout) { () async throws(PostgresError) in
      guard mode == .copyIn else { throw PostgresError(.protocolViolation, "there is no COPY to write to") }
      var start = 0
      while start < bytes.count {
        let end = min(start + Self.sliceSize, bytes.count)
        switch bytes[start..<end].withUnsafeBytes(libpq.put) {
        case .done: start = end
        case .full: break
        case .failed: throw lost()
        }
        try await flush()
      }
    }
  }

  private func endCopyIn(_ sql: String, timeout: Duration?) async throws(PostgresError) -> Int {
    try await call(timeout: timeout) { () async throws(PostgresError) in
      try await putEnd(failing: nil)
      return try await results(of: sql).last?.rowsAffected ?? 0
    }
  }

  /// The server answers with the error that it is told to end with, which is of no interest.
  private func failCopyIn(_ sql: String) async {
    _ = try? await call(timeout: limits.cancelTimeout, isShielded: true) { () async throws(PostgresError) in
      guard mode == .copyIn else { return }
      try await putEnd(failing: "given up by the client")
      _ = try await results(of: sql)
    }
  }

  private func putEnd(failing reason: String?) async throws(PostgresError) {
    loop: while true {
      switch libpq.endCopy(failing: reason) {
      case .done: break loop
      case .full: try await flush()
      case .failed: throw lost()
      }
    }
    mode = .idle
  }

  // MARK: From the server

  /// The next chunk, nil after the last one.
  private func nextChunk(_ sql: String, size: Int, timeout: Duration?) async throws(PostgresError) -> [UInt8]? {
    guard mode == .copyOut else { return nil }
    return try await call(timeout: timeout) { () async throws(PostgresError) in
      var chunk: [UInt8] = []
      chunk.reserveCapacity(size + size / 8)
      while chunk.count < size, try await nextRow({ chunk.append(contentsOf: $0) }) {}
      guard chunk.count < size else { return chunk }
      _ = try await results(of: sql)
      return chunk.isEmpty ? nil : chunk
    }
  }

  /// Takes one row; false at the end, which the results that follow explain.
  private func nextRow(_ body: ([UInt8]) -> Void) async throws(PostgresError) -> Bool {
    while true {
      switch libpq.getRow() {
      case .row(let bytes):
        body(bytes)
        return true
      case .wait: try await exchange()
      case .end, .failed:
        mode = .idle
        if libpq.isBroken { throw lost() }
        return false
      }
    }
  }

  private func cancelCopyOut(_ sql: String) async {
    guard mode == .copyOut else { return }
    _ = try? await call(timeout: limits.cancelTimeout, isShielded: true) { () async throws(PostgresError) in
      requestCancel()
      while try await nextRow({ _ in }) {}
      _ = try await results(of: sql)
    }
  }
}
