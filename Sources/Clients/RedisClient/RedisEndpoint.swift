/// Where Redis is: `redis://[[user]:password@]host[:port][/database]`. Its description leaves the password out.
public struct RedisEndpoint: Sendable, Equatable, CustomStringConvertible {
  public let host: String
  public let port: Int
  public let database: Int
  let user: String?
  let password: String?

  public var description: String { "redis://\(host.contains(":") ? "[\(host)]" : host):\(port)/\(database)" }

  /// - Throws: `.unsupported` for `rediss`, `.badURL` for what else cannot be read. Messages never repeat the URL, which may
  ///   hold a password.
  public init(url: String) throws(RedisError) {
    if url.hasPrefix("rediss://") {
      throw RedisError(.unsupported, "hiredis 0.14 has no TLS: use redis:// through a local TLS tunnel")
    }
    guard url.hasPrefix("redis://") else { throw RedisError(.badURL, "a Redis URL begins with redis://") }
    var rest = url.dropFirst("redis://".count)
    var path: Substring = ""
    let authorityEnd = rest.lastIndex(of: "@") ?? rest.startIndex
    if let slash = rest[authorityEnd...].firstIndex(of: "/") {
      path = rest[slash...].dropFirst()
      rest = rest[..<slash]
    }
    var credentials: (user: String?, password: String?) = (nil, nil)
    if let at = rest.lastIndex(of: "@") {
      credentials = try Self.credentials(rest[..<at])
      rest = rest[rest.index(after: at)...]
    }
    (user, password) = credentials
    (host, port) = try Self.hostAndPort(rest)
    guard let database = path.isEmpty ? 0 : Self.number(path) else {
      throw RedisError(.badURL, "the database of a Redis URL is a number")
    }
    self.database = database
  }

  private static func credentials(_ text: Substring) throws(RedisError) -> (user: String?, password: String?) {
    guard let colon = text.firstIndex(of: ":"), let user = decoded(text[..<colon]),
      let password = decoded(text[text.index(after: colon)...])
    else { throw RedisError(.badURL, "before the @ of a Redis URL stands [user]:password, percent-encoded") }
    return (user.isEmpty ? nil : user, password)
  }

  private static func hostAndPort(_ text: Substring) throws(RedisError) -> (String, Int) {
    var host = text
    var portText: Substring = "6379"
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      host = text[..<end].dropFirst()
      let after = text[text.index(after: end)...]
      if after.hasPrefix(":") { portText = after.dropFirst() }
    } else if let colon = text.lastIndex(of: ":") {
      host = text[..<colon]
      portText = text[text.index(after: colon)...]
    }
    guard !host.isEmpty, let port = number(portText), (1...65_535).contains(port) else {
      throw RedisError(.badURL, "a Redis URL needs a host, and a port from 1 to 65535")
    }
    return (String(host), port)
  }

  /// Digits alone: `Int` would take a sign.
  private static func number(_ text: Substring) -> Int? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
  }

  private static func decoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == 0x25 else {
        bytes.append(byte)
        continue
      }
      let digits = Substring(rest.prefix(2))
      guard digits.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16) else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
