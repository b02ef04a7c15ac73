import Glibc

/// Stops a process of the server's, or lets it go on.
func signal(_ process: Int64, stop: Bool) { kill(pid_t(process), stop ? SIGSTOP : SIGCONT) }

/// Ends a process of the server's at once.
func killAtOnce(_ process: Int64) { kill(pid_t(process), SIGKILL) }

struct SystemError: Error { let code: Int32 }

func write(_ text: String, to path: String) throws {
  guard let file = fopen(path, "w") else { throw SystemError(code: errno) }
  fputs(text, file)
  fclose(file)
}

/// A port of the loopback that takes connections and never answers.
final class SilentListener: Sendable {
  private let socket: Int32
  let port: UInt16

  init() throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { [socket] pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(socket, address, length) + listen(socket, 8) + getsockname(socket, address, &length)
      }
    }
    guard status == 0 else { throw SystemError(code: errno) }
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(socket) }
}
