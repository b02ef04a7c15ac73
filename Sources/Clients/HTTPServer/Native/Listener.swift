internal import CMicrohttpd
internal import Glibc

/// A listening TCP socket; it closes with its last reference.
final class Listener {
  /// A connection that was accepted. Whoever takes it closes `descriptor`, or hands it over.
  struct Accepted {
    let descriptor: Int32
    var address: sockaddr_storage
    let addressLength: socklen_t
    /// The client's numeric address.
    let peer: String

    func refuse() { close(descriptor) }
  }

  enum Outcome {
    case accepted(Accepted)
    case none
    /// The process is out of descriptors or memory.
    case exhausted
  }

  let descriptor: Int32
  let port: Int

  init(host: String, port: Int, backlog: Int) throws(HTTPServerError) {
    var hints = addrinfo()
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, String(port), &hints, &list)
    guard status == 0, let address = list else {
      throw HTTPServerError(code: .badAddress, host: host, port: port, cause: String(cString: gai_strerror(status)))
    }
    defer { freeaddrinfo(list) }
    do {
      (descriptor, self.port) = try Self.listen(on: address.pointee, backlog: backlog)
    } catch {
      let code: HTTPServerError.Code =
        switch error.number {
        case EADDRINUSE: .addressInUse
        case EADDRNOTAVAIL: .badAddress
        case EACCES, EPERM: .notPermitted
        default: .system
        }
      throw HTTPServerError(code: code, host: host, port: port, cause: String(cString: strerror(error.number)))
    }
  }

  deinit { close(descriptor) }

  /// Takes one connection from the backlog.
  func accept() -> Outcome {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    while true {
      let accepted = withUnsafeMutableBytes(of: &address) { bytes in
        accept4(
          descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length,
          Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
      }
      if accepted >= 0 {
        return .accepted(
          Accepted(
            descriptor: accepted, address: address, addressLength: length, peer: Self.numeric(&address, length)))
      }
      switch errno {
      case EINTR, ECONNABORTED, EPROTO: continue
      case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
      default: return .none
      }
    }
  }

  private struct SystemError: Error { let number: Int32 }

  private static func listen(on address: addrinfo, backlog: Int) throws(SystemError) -> (Int32, Int) {
    let type = address.ai_socktype | Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(address.ai_family, type, address.ai_protocol)
    guard descriptor >= 0 else { throw SystemError(number: errno) }
    var yes: Int32 = 1
    var name = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let isListening = withUnsafeMutableBytes(of: &name) { bytes in
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size)) == 0
        && bind(descriptor, address.ai_addr, address.ai_addrlen) == 0
        && Glibc.listen(descriptor, Int32(clamping: backlog)) == 0
        && getsockname(descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length) == 0
    }
    guard isListening else {
      let number = errno
      close(descriptor)
      throw SystemError(number: number)
    }
    // The port stands at the same place in both families' addresses.
    let port = withUnsafeBytes(of: &name) { UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self)) }
    return (descriptor, Int(port))
  }

  private static func numeric(_ address: inout sockaddr_storage, _ length: socklen_t) -> String {
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let status = withUnsafeBytes(of: &address) { bytes in
      getnameinfo(
        bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), length, &text, socklen_t(text.count), nil, 0,
        NI_NUMERICHOST)
    }
    guard status == 0 else { return "" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
