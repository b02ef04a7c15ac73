internal import Glibc
internal import NativeThreads

/// Answers every request with an empty 200: one read, one write, as little as a server can do.
///
/// `@unchecked Sendable`: what varies is touched by its loop's thread alone.
final class Responder: @unchecked Sendable {
  let port: UInt16
  private let loop = EventLoop(name: "responder")
  private let listener: Int32
  private var buffer = [UInt8](repeating: 0, count: 65_536)
  private let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)

  init() {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        _ = bind(listener, address, length)
        _ = listen(listener, 1_024)
        _ = getsockname(listener, address, &length)
      }
    }
    self.listener = listener
    port = UInt16(bigEndian: address.sin_port)
    loop.post { [self] in
      loop.watch(listener, for: .readable) { [self] _ in
        let connection = accept(listener, nil, nil)
        if connection >= 0 { loop.watch(connection, for: .readable) { [self] _ in serve(connection) } }
      }
    }
  }

  private func serve(_ connection: Int32) {
    // A request of the benchmark is far smaller than the buffer, and comes whole.
    if recv(connection, &buffer, buffer.count, 0) > 0 {
      _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
    } else {
      loop.unwatch(connection)
      close(connection)
    }
  }
}
