internal import CPostgres

/// The keywords and values that libpq connects with.
struct ConnectionOptions: Sendable {
  let keywords: [String]
  let values: [String]

  init(_ configuration: PostgresConfiguration) throws(PostgresError) {
    var options = try Self.parse(configuration.url)
    // What notices a peer that vanished without a word. The connection string may say otherwise.
    let defaults = [
      "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3", "tcp_user_timeout": "30000",
      "application_name": configuration.applicationName,
    ]
    options.merge(defaults) { given, _ in given }
    options["client_encoding"] = "UTF8"
    let timeouts = """
      -c statement_timeout=\(configuration.statementTimeout.milliseconds) \
      -c idle_in_transaction_session_timeout=\(configuration.idleTransactionTimeout.milliseconds)
      """
    options["options"] = [options["options"], timeouts].compactMap { $0 }.joined(separator: " ")
    keywords = Array(options.keys)
    values = Array(options.values)
  }

  /// libpq's own message may quote the string, which holds a password: it is not passed on.
  private static func parse(_ url: String) throws(PostgresError) -> [String: String] {
    var message: UnsafeMutablePointer<CChar>?
    guard let parsed = PQconninfoParse(url, &message) else {
      PQfreemem(message)
      throw PostgresError(.configuration, "the connection string is not a valid libpq URI or keyword list")
    }
    defer { PQconninfoFree(parsed) }
    var options: [String: String] = [:]
    var option = parsed
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { options[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    return options
  }
}

extension Duration {
  var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
  }
}
