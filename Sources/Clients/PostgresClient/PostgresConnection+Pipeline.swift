/// One series in libpq's pipeline mode.
extension PostgresConnection {
  /// What was sent, in order; the server answers in the same order.
  private enum Step {
    case deallocate
    case prepare(PreparedStatements.Key, name: String, index: Int)
    case execute(PreparedStatements.Key, index: Int)
  }

  func runPipeline(_ commands: [PostgresCommand]) async throws(PostgresError) -> [PostgresResult] {
    guard libpq.enterPipeline() else { throw lost() }
    let steps = try queue(commands)
    var results: [PostgresResult] = []
    results.reserveCapacity(commands.count)
    var failure: PostgresError?
    do {
      for step in steps { try await take(step, commands, &results, &failure) }
      try await takeSync()
    } catch {
      // After a COMMIT's answer the transaction stands; what was lost is the connection alone.
      if failure == nil, results.count == commands.count, commands.last?.statement.isCommit == true { return results }
      throw describe(failure ?? error, commands, answered: results.count)
    }
    guard libpq.exitPipeline() else {
      close()
      throw PostgresError(.protocolViolation, "the pipeline did not end where it should")
    }
    if let failure { throw failure }
    return results
  }

  /// Queues everything in libpq, up to the synchronisation point.
  private func queue(_ commands: [PostgresCommand]) throws(PostgresError) -> [Step] {
    var steps: [Step] = []
    steps.reserveCapacity(commands.count + 1)
    var new: [PreparedStatements.Key: String] = [:]
    var isQueued = true
    // Not within a transaction: in a failed one it would fail, and with it the ROLLBACK behind it.
    for name in libpq.isOutsideTransaction ? prepared.evict() : [] {
      isQueued = isQueued && libpq.send(unprepared: "DEALLOCATE \(name)")
      steps.append(.deallocate)
    }
    for (index, command) in commands.enumerated() {
      let key = PreparedStatements.Key(statement: command.statement, types: command.parameters.map(\.type))
      var name = prepared.name(of: key) ?? new[key]
      if name == nil {
        let fresh = prepared.newName(for: command.statement)
        isQueued = isQueued && libpq.prepare(command.statement.sql, name: fresh, types: key.types)
        steps.append(.prepare(key, name: fresh, index: index))
        new[key] = fresh
        name = fresh
      }
      isQueued = isQueued && libpq.send(prepared: name ?? "", command.parameters)
      steps.append(.execute(key, index: index))
    }
    guard isQueued, libpq.sync() else {
      // What is half queued cannot be taken back.
      let error = PostgresError(.connection, libpq.errorMessage)
      close()
      throw error
    }
    return steps
  }

  private func take(
    _ step: Step, _ commands: [PostgresCommand], _ results: inout [PostgresResult], _ failure: inout PostgresError?
  ) async throws(PostgresError) {
    var last: PostgresResult?
    while let result = try await nextResult() {
      switch result.status {
      case .failed(let error): failure = failure ?? describe(error, at: step, commands)
      case .success, .aborted: break
      case .copyIn, .copyOut, .synced, .other:
        close()
        throw PostgresError(.protocolViolation, "a COPY needs copyIn or copyOut")
      }
      if libpq.isBroken { throw lost() }
      last = result
    }
    guard let last, failure == nil else {
      if failure == nil { throw lost() }
      return
    }
    switch (step, last.status) {
    case (.prepare(let key, let name, _), .success): prepared.add(key, name: name)
    case (.execute, .success): results.append(last)
    default: break
    }
  }

  private func takeSync() async throws(PostgresError) {
    guard let result = try await nextResult(), case .synced = result.status else {
      let error = lost()
      close()
      throw error
    }
  }

  private func describe(_ error: PostgresError, at step: Step, _ commands: [PostgresCommand]) -> PostgresError {
    var error = error
    switch step {
    case .deallocate: break
    case .prepare(let key, _, let index): (error.index, error.statement) = (index, key.statement.sql)
    case .execute(let key, let index):
      (error.index, error.statement) = (index, key.statement.sql)
      // The plan is stale, or somebody dropped it: prepared anew the next time.
      if error.sqlstate == "0A000" || error.sqlstate == "26000" { prepared.remove(key) }
    }
    return error
  }

  /// An error that ended the connection: was a COMMIT sent whose answer did not come?
  private func describe(_ error: PostgresError, _ commands: [PostgresCommand], answered: Int) -> PostgresError {
    var error = error
    guard let commit = commands.indices.dropFirst(answered).last(where: { commands[$0].statement.isCommit }) else {
      return error
    }
    // After an error that the server itself reported of something before it, a COMMIT is never run.
    if error.sqlstate != nil, let index = error.index, index < commit || error.severity == "ERROR" { return error }
    error.kind = .commitUnknown
    return error
  }
}
