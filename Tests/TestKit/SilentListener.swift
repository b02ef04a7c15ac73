internal import Glibc

/// A port of the loopback that takes connections and never answers, as a server behind a broken network would.
public final class SilentListener: Sendable {
  private let socket: Int32
  public let port: Int

  public init() throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { [socket] pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(socket, address, length) == 0 && listen(socket, 16) == 0 && getsockname(socket, address, &length) == 0
      }
    }
    guard isBound else { throw TestKitError(message: "no port to listen on: error \(errno)") }
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit { close(socket) }

  /// Takes a connection that waits, and ends it.
  /// - Returns: whether there was one.
  public func dropConnection() -> Bool {
    let client = accept(socket, nil, nil)
    guard client >= 0 else { return false }
    close(client)
    return true
  }
}
