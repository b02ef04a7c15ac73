internal import Glibc

/// A blocking socket, to say exactly what a test wants said. Reads and writes fail after two minutes, which means that nothing comes.
final class RawClient {
  struct Failure: Error { let what: String }

  struct Response {
    var status = 0
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    var text: String { String(decoding: body, as: UTF8.self) }
    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
  }

  private let descriptor: Int32
  private var buffer: [UInt8] = []

  init(_ port: Int, receiveBuffer: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(what: "socket") }
    if var size = receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    var limit = timeval(tv_sec: 120, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafeBytes(of: &address) { bytes in
      connect(descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
    }
    guard status == 0 else {
      close(descriptor)
      throw Failure(what: "connect: \(String(cString: strerror(errno)))")
    }
  }

  deinit { close(descriptor) }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { bytes in
        Glibc.send(descriptor, bytes.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Failure(what: "send: \(String(cString: strerror(errno)))") }
      sent += count
    }
  }

  /// Whatever comes next; empty at the end of the stream.
  func receive(_ limit: Int = 65_536) throws -> [UInt8] {
    if !buffer.isEmpty {
      defer { buffer = [] }
      return buffer
    }
    var bytes = [UInt8](repeating: 0, count: limit)
    var count = 0
    // A process that was stopped and goes on interrupts calls with a time-out.
    repeat { count = recv(descriptor, &bytes, limit, 0) } while count < 0 && errno == EINTR
    if count < 0, errno == ECONNRESET { return [] }
    guard count >= 0 else { throw Failure(what: "receive: \(String(cString: strerror(errno)))") }
    return Array(bytes.prefix(count))
  }

  /// Everything up to the end of the stream.
  func receiveAll() throws -> [UInt8] {
    var all: [UInt8] = []
    while true {
      let bytes = try receive()
      guard !bytes.isEmpty else { return all }
      all.append(contentsOf: bytes)
    }
  }

  /// Receives until `text` has come.
  func receive(until text: String) throws -> String {
    var all: [UInt8] = []
    while true {
      let bytes = try receive()
      all.append(contentsOf: bytes)
      let whole = String(decoding: all, as: UTF8.self)
      if whole.contains(text) { return whole }
      if bytes.isEmpty { throw Failure(what: "ended before \(text): \(whole)") }
    }
  }

  /// One response, with its body unless the request was HEAD.
  func response(head: Bool = false) throws -> Response {
    var response = Response()
    let status = try line()
    let parts = status.split(separator: " ")
    guard parts.count >= 2, let code = Int(parts[1]) else { throw Failure(what: "status line: \(status)") }
    response.status = code
    while true {
      let field = try line()
      if field.isEmpty { break }
      let colon = field.firstIndex(of: ":") ?? field.endIndex
      response.headers.append((String(field[..<colon]), String(field[colon...].dropFirst(2))))
    }
    if head || code == 204 || code < 200 { return response }
    if response.header("transfer-encoding") == "chunked" {
      while true {
        let text = try line()
        guard let count = Int(text, radix: 16) else { throw Failure(what: "chunk: \(text)") }
        response.body.append(contentsOf: try exactly(count))
        _ = try line()
        if count == 0 { return response }
      }
    }
    if let length = response.header("content-length").flatMap({ Int($0) }) {
      response.body = try exactly(length)
    } else {
      response.body = try receiveAll()
    }
    return response
  }

  func get(_ path: String) throws -> Response {
    try send("GET \(path) HTTP/1.1\r\nHost: test\r\n\r\n")
    return try response()
  }

  /// Ends the connection with a reset.
  func reset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  func line() throws -> String {
    while true {
      if let end = buffer.firstIndex(of: 0x0A) {
        let line = String(decoding: buffer[..<end], as: UTF8.self)
        buffer.removeFirst(end + 1)
        return line.hasSuffix("\r") ? String(line.dropLast()) : line.replacing("\r", with: "")
      }
      try fill()
    }
  }

  private func exactly(_ count: Int) throws -> [UInt8] {
    while buffer.count < count { try fill() }
    defer { buffer.removeFirst(count) }
    return Array(buffer.prefix(count))
  }

  private func fill() throws {
    let held = buffer
    buffer = []
    let bytes = try receive()
    guard !bytes.isEmpty else { throw Failure(what: "the stream ended: \(String(decoding: held, as: UTF8.self))") }
    buffer = held + bytes
  }
}
