internal import CLinux
internal import CMicrohttpd
internal import Glibc

/// The least that libmicrohttpd needs to answer: one thread, an epoll of its own around the library's, a fixed response.
/// Paths under `/later` are suspended first, and answered in the loop's next turn.
final class BareServer: Sendable {
  let port: Int

  init?() {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutableBytes(of: &address) { bytes in
      guard let name = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
      return bind(listener, name, length) == 0 && listen(listener, 128) == 0
        && getsockname(listener, name, &length) == 0
    }
    guard isListening else { return nil }
    port = Int(UInt16(bigEndian: address.sin_port))
    var thread = pthread_t()
    let opaque = UnsafeMutableRawPointer(bitPattern: Int(listener))
    guard pthread_create(&thread, nil, { serve(Int32(Int(bitPattern: $0))) }, opaque) == 0 else { return nil }
  }
}

/// Touched by the bare server's only thread.
nonisolated(unsafe) private var suspended: [OpaquePointer] = []
nonisolated(unsafe) private var response: OpaquePointer?

private func serve(_ listener: Int32) -> UnsafeMutableRawPointer? {
  var text = Array("hello, world".utf8)
  response = MHD_create_response_from_buffer(text.count, &text, .RESPMEM_MUST_COPY)
  MHD_add_response_header(response, "Content-Type", "text/plain; charset=utf-8")
  var callbacks = hl_mhd_callbacks(
    context: nil, access: answer, completed: { _, _, _, _ in }, connection: { _, _, _, _ in },
    target: { _, _, _ in nil }, log: { _, _ in })
  guard let daemon = hl_mhd_start(&callbacks, 1_024, 32 * 1_024) else { return nil }
  let epoll = epoll_create1(0)
  let library = hl_mhd_epoll_descriptor(daemon)
  for descriptor in [listener, library] {
    var event = epoll_event()
    event.events = HL_EPOLLIN
    event.data.fd = descriptor
    epoll_ctl(epoll, Int32(EPOLL_CTL_ADD), descriptor, &event)
  }
  var events = [epoll_event](repeating: epoll_event(), count: 16)
  var resumed: [OpaquePointer] = []
  while true {
    var timeout: UInt64 = 0
    let isBusy = !suspended.isEmpty || MHD_get_timeout(daemon, &timeout) == .YES && timeout == 0
    let count = epoll_wait(epoll, &events, 16, isBusy ? 0 : -1)
    for index in 0..<Int(max(count, 0)) where events[index].data.fd == listener {
      var address = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      withUnsafeMutableBytes(of: &address) { bytes in
        let name = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
        let accepted = accept4(listener, name, &length, Int32(SOCK_NONBLOCK.rawValue))
        if accepted >= 0 { _ = MHD_add_connection(daemon, accepted, name, length) }
      }
    }
    swap(&suspended, &resumed)
    for connection in resumed { MHD_resume_connection(connection) }
    resumed.removeAll(keepingCapacity: true)
    MHD_run(daemon)
  }
}

private func answer(
  _ context: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ url: UnsafePointer<CChar>?,
  _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ data: UnsafePointer<CChar>?,
  _ count: UnsafeMutablePointer<Int>?, _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
  guard let connection, let url, let slot else { return .NO }
  let step = Int(bitPattern: slot.pointee)
  slot.pointee = UnsafeMutableRawPointer(bitPattern: step + 1)
  if step == 0 { return .YES }
  if step == 1, url[1] == CChar(UInt8(ascii: "l")) {
    MHD_suspend_connection(connection)
    suspended.append(connection)
    return .YES
  }
  return MHD_queue_response(connection, 200, response)
}
