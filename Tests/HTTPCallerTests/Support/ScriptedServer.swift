internal import Glibc
internal import NativeThreads
internal import Synchronization

/// A raw server on loopback whose answers a test scripts: a thread per connection, counted.
final class ScriptedServer: Sendable {
  struct Request: Sendable {
    let method: String
    let target: String
    let head: String
    let body: [UInt8]
  }

  /// One connection, on its own thread.
  struct Connection: Sendable {
    let descriptor: Int32
    /// From 1, in the order of acceptance.
    let number: Int
    fileprivate let input = Input()

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes {
          Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }

    fileprivate func read(_ count: Int) -> [UInt8]? {
      while input.bytes.count < count { guard input.fill(from: descriptor) else { return nil } }
      defer { input.bytes.removeFirst(count) }
      return Array(input.bytes.prefix(count))
    }

    func answer(_ status: String = "200 OK", headers: String = "", body: String = "") {
      send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
    }

    /// Waits, but no longer than the peer is silent; false when it went away.
    @discardableResult
    func pause(_ duration: Duration) -> Bool {
      var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      var count: Int32 = 0
      // A process that was stopped and goes on interrupts it.
      repeat { count = Glibc.poll(&poll, 1, Int32(duration / .milliseconds(1))) } while count < 0 && errno == EINTR
      return count == 0
    }
  }

  /// `@unchecked Sendable`: used by the connection's thread alone.
  fileprivate final class Input: @unchecked Sendable {
    var bytes: [UInt8] = []

    func fill(from descriptor: Int32) -> Bool {
      var chunk = [UInt8](repeating: 0, count: 65_536)
      let count = recv(descriptor, &chunk, chunk.count, 0)
      guard count > 0 else { return false }
      bytes += chunk[..<count]
      return true
    }
  }

  /// Answers a request; false closes the connection.
  typealias Script = @Sendable (Request, Connection) -> Bool

  let port: UInt16
  private let listener: Int32
  private let script: Script
  private let state = Mutex(State())

  private struct State {
    var accepted = 0
    var open: Set<Int32> = []
    var threads: [NativeThread] = []
    var requests: [Request] = []
    var isStopped = false
  }

  /// - Parameter port: 0 for a free one.
  init(port: UInt16 = 0, _ script: @escaping Script) throws {
    self.script = script
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var yes: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) | listen(listener, 1_024) | getsockname(listener, address, &length)
      }
    }
    guard status == 0 else { throw ServerFailure(errno: errno) }
    self.port = UInt16(bigEndian: address.sin_port)
    let thread = NativeThread(name: "test-accept") { [self] in acceptAll() }
    state.withLock { $0.threads.append(thread) }
  }

  struct ServerFailure: Error { let errno: Int32 }

  var url: String { "http://127.0.0.1:\(port)" }
  var connectionCount: Int { state.withLock { $0.accepted } }
  var openConnections: Int { state.withLock { $0.open.count } }
  var requests: [Request] { state.withLock { $0.requests } }

  /// Closes everything, and waits for the threads.
  func stop() {
    let threads = state.withLock { state in
      state.isStopped = true
      for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
      defer { state.threads = [] }
      return state.threads
    }
    shutdown(listener, Int32(SHUT_RDWR))
    for thread in threads { thread.join() }
    for thread in state.withLock({ $0.threads }) { thread.join() }
    close(listener)
  }

  private func acceptAll() {
    while true {
      let descriptor = accept(listener, nil, nil)
      guard descriptor >= 0 else { return }
      state.withLock { state in
        state.accepted += 1
        state.open.insert(descriptor)
        if state.isStopped { shutdown(descriptor, Int32(SHUT_RDWR)) }
        let connection = Connection(descriptor: descriptor, number: state.accepted)
        state.threads.append(NativeThread(name: "test-connection") { [self] in serve(connection) })
      }
    }
  }

  private func serve(_ connection: Connection) {
    while let request = read(connection) {
      state.withLock { $0.requests.append(request) }
      guard script(request, connection) else { break }
    }
    state.withLock { _ = $0.open.remove(connection.descriptor) }
    close(connection.descriptor)
  }

  private func read(_ connection: Connection) -> Request? {
    let input = connection.input
    let end = Array("\r\n\r\n".utf8)
    var headEnd: Int?
    while headEnd == nil {
      headEnd = input.bytes.indices.first { input.bytes[$0...].starts(with: end) }
      if headEnd == nil, !input.fill(from: connection.descriptor) { return nil }
    }
    guard let headEnd else { return nil }
    let head = String(decoding: input.bytes[..<headEnd], as: UTF8.self)
    let lines = head.split(separator: "\r\n")
    let length =
      lines.first { $0.lowercased().hasPrefix("content-length:") }
      .flatMap { Int($0.split(separator: ":")[1].drop { $0 == " " }) } ?? 0
    guard connection.read(headEnd + 4) != nil, let body = connection.read(length) else { return nil }
    let words = lines[0].split(separator: " ")
    return Request(method: String(words[0]), target: String(words[1]), head: head, body: body)
  }
}
