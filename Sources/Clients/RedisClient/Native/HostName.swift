internal import Glibc

/// Names of hosts.
enum HostName {
  /// The numeric address of a host, IPv4 before IPv6. Blocks, for as long as the name servers take.
  @Sendable static func address(of host: String) throws(RedisError) -> String {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    try check(getaddrinfo(host, nil, &hints, &list), host)
    defer { freeaddrinfo(list) }
    let entries = sequence(first: list) { $0?.pointee.ai_next }.prefix { $0 != nil }.compactMap(\.self)
    guard let entry = entries.first(where: { $0.pointee.ai_family == AF_INET }) ?? entries.first else {
      throw RedisError(.connectFailed, "\(host) has no address")
    }
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let status = getnameinfo(
      entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
    try check(status, host)
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func check(_ status: Int32, _ host: String) throws(RedisError) {
    guard status != 0 else { return }
    throw RedisError(.connectFailed, "the name \(host) cannot be looked up: \(String(cString: gai_strerror(status)))")
  }
}
