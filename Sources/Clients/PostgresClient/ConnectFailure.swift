/// Reads the error code out of libpq's message about a connection that was refused, the only place where it stands.
enum ConnectFailure {
  /// - Parameter message: libpq's, in its verbose form: `… FATAL:  28P01: password authentication failed …` and the
  ///   place in the server's source on a line of its own.
  static func error(from message: String) -> PostgresError {
    let lines = message.split(separator: "\n").filter { !$0.hasPrefix("LOCATION:") }
    let text = lines.joined(separator: "\n")
    guard let sqlstate = sqlstate(in: text) else { return PostgresError(.connection, text) }
    var error = PostgresError(PostgresError.kind(sqlstate: sqlstate), text, sqlstate: sqlstate)
    error.severity = "FATAL"
    return error
  }

  /// The first `:  XXXXX: `, five digits or capitals.
  private static func sqlstate(in text: String) -> String? {
    let bytes = Array(text.utf8)
    let (colon, space) = (UInt8(ascii: ":"), UInt8(ascii: " "))
    for start in bytes.indices where start + 10 <= bytes.count {
      let code = bytes[start + 3..<start + 8]
      guard bytes[start] == colon, bytes[start + 1] == space, bytes[start + 2] == space else { continue }
      guard bytes[start + 8] == colon, bytes[start + 9] == space else { continue }
      if code.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }) {
        return String(decoding: code, as: UTF8.self)
      }
    }
    return nil
  }
}
