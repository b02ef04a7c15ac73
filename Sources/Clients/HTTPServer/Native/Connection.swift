internal import CMicrohttpd
internal import Glibc

/// One client's connection. Only the server's thread touches it; the library owns the socket behind it, so nothing here
/// ever closes it: `shutdown` makes the library do so.
final class Connection {
  private let handle: OpaquePointer
  let descriptor: Int32
  let peerAddress: String
  /// The request under way, if any.
  var exchange: Exchange?
  /// When what the connection waits for has to be there.
  var deadline: UInt64
  /// Where the library found the end of the last request's target.
  var targetEnd: UnsafePointer<CChar>?
  /// Its place in the server's list.
  var index = 0
  /// Whether the loop watches for the client's going away: the library does not while the connection is suspended.
  var isWatched = false

  init(handle: OpaquePointer, peerAddress: String, deadline: UInt64) {
    self.handle = handle
    self.peerAddress = peerAddress
    self.deadline = deadline
    descriptor = hl_mhd_descriptor(handle)
  }

  /// Call it once for each `resume`.
  func suspend() { MHD_suspend_connection(handle) }

  /// Takes effect with the daemon's next run.
  func resume() { MHD_resume_connection(handle) }

  /// Cuts the connection; the library finds it ended and lets go of it.
  func shutdown() { _ = Glibc.shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Whether the client's last byte has been read, and no more can come.
  var isAtEnd: Bool {
    var byte: UInt8 = 0
    let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
    return count == 0 || count < 0 && errno != EAGAIN && errno != EINTR
  }

  /// Queues a response; false when the library refuses it, and the connection has to go. To be called only from the
  /// library's call for the request, at its head or its end.
  func queue(_ message: HTTPServerResponse, stream: StreamSource?, closing: Bool) -> Bool {
    guard let response = Self.makeResponse(message.body, stream) else { return false }
    defer { MHD_destroy_response(response) }
    for header in message.headers where MHD_add_response_header(response, header.name, header.value) != .YES {
      return false
    }
    if closing, MHD_add_response_header(response, "Connection", "close") != .YES { return false }
    return MHD_queue_response(handle, UInt32(message.status), response) == .YES
  }

  private static func makeResponse(_ body: HTTPServerResponse.Body, _ source: StreamSource?) -> OpaquePointer? {
    let length: Int?
    switch body {
    case .bytes(let bytes):
      return bytes.withUnsafeBytes { bytes in
        // Copied by the library, and not written to.
        MHD_create_response_from_buffer(
          bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
      }
    case .stream(let declared, _): length = declared
    case .events: length = nil
    }
    guard let source else { return nil }
    let size = length.map { UInt64($0) } ?? HL_MHD_SIZE_UNKNOWN
    // Balanced by the response's free callback, which the library calls once.
    let opaque = Unmanaged.passRetained(source).toOpaque()
    let response = MHD_create_response_from_callback(size, 32 * 1_024, readStream, opaque, releaseStream)
    if response == nil { releaseStream(opaque) }
    return response
  }
}

/// What the library holds while it sends a streamed response.
final class StreamSource {
  let exchange: Exchange
  init(_ exchange: Exchange) { self.exchange = exchange }
}

private func readStream(
  _ opaque: UnsafeMutableRawPointer?, _ position: UInt64, _ target: UnsafeMutablePointer<CChar>?, _ count: Int
) -> Int {
  guard let opaque, let target else { return HL_MHD_END_WITH_ERROR }
  let exchange = Unmanaged<StreamSource>.fromOpaque(opaque).takeUnretainedValue().exchange
  switch exchange.send(into: UnsafeMutableRawBufferPointer(start: target, count: count)) {
  case .bytes(let count): return count
  case .wait: return 0
  case .end: return HL_MHD_END_OF_STREAM
  case .failed: return HL_MHD_END_WITH_ERROR
  }
}

private func releaseStream(_ opaque: UnsafeMutableRawPointer?) {
  guard let opaque else { return }
  Unmanaged<StreamSource>.fromOpaque(opaque).release()
}
