internal import Glibc
internal import NativeThreads
internal import Synchronization

/// Ports and first answers on 127.0.0.1.
public enum Loopback {
  /// A free port, with as many free ones after it as `count` says.
  ///
  /// It lies below the range from which the kernel takes ports for outgoing connections, so that none of these can take
  /// it before the server does. No port is given twice, so that a server that has not begun to listen, or is just being
  /// started again, loses it to no other one of this process.
  public static func freePort(count: Int = 1) throws(LocalServerError) -> Int {
    for _ in 0..<1_000 {
      let ports = Int.random(in: 12_000..<32_000)..<32_000
      let wanted = ports.prefix(count)
      guard wanted.count == count, wanted.allSatisfy(isFree) else { continue }
      let isNew = given.withLock { given in
        guard given.isDisjoint(with: wanted) else { return false }
        given.formUnion(wanted)
        return true
      }
      if isNew { return ports.lowerBound }
    }
    throw .noFreePort
  }

  private static let given = Mutex<Set<Int>>([])

  /// Whether a server could listen on `port` now.
  public static func isFree(_ port: Int) -> Bool {
    guard let descriptor = openSocket() else { return false }
    defer { close(descriptor) }
    // As servers do it; else the remains of old connections would make a port look taken.
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    return withAddress(port) { bind(descriptor, $0, $1) } == 0
  }

  /// Sends `request` to a port and returns up to `limit` bytes of the first answer; nil when none comes within a second.
  static func ask(port: Int, _ request: [UInt8], limit: Int = 64) async -> [UInt8]? {
    await withCheckedContinuation { continuation in
      _ = NativeThread(name: "probe") {
        continuation.resume(returning: askBlocking(port: port, request, limit: limit))
      }
    }
  }

  private static func askBlocking(port: Int, _ request: [UInt8], limit: Int) -> [UInt8]? {
    guard let descriptor = openSocket() else { return nil }
    defer { close(descriptor) }
    var patience = timeval(tv_sec: 1, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
    }
    guard withAddress(port, { connect(descriptor, $0, $1) }) == 0 else { return nil }
    guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { return nil }
    var answer = [UInt8](repeating: 0, count: limit)
    let count = recv(descriptor, &answer, limit, 0)
    return count > 0 ? Array(answer.prefix(count)) : nil
  }

  private static func openSocket() -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    return descriptor >= 0 ? descriptor : nil
  }

  private static func withAddress(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }
}
