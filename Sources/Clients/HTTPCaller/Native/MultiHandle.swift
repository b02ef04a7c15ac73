internal import CCurl
internal import NativeThreads

/// libcurl's set of transfers, driven by an event loop: the loop tells it of ready sockets and passed deadlines.
///
/// Used on the loop's thread only. libcurl calls the hooks only inside calls that are made here, so their context is
/// unretained.
final class MultiHandle {
  /// Called with each transfer that ended, after it left the set; nil for the error when it ended well.
  var onEnd: (EasyHandle, HTTPCallError?) -> Void = { _, _ in }

  private let raw: UnsafeMutableRawPointer
  private let loop: EventLoop
  private var watched: Set<Int32> = []
  /// When libcurl wants to be called, and when the loop will look: at that time or earlier.
  private var wanted: ContinuousClock.Instant?
  private var armed: (at: ContinuousClock.Instant, deadline: EventLoop.Deadline)?
  private var isClosed = false

  init(loop: EventLoop, idleConnections: Int) {
    self.loop = loop
    precondition(CurlLibrary.isReady, "libcurl could not be initialised")
    guard let raw = curl_multi_init() else { preconditionFailure("libcurl gave no handle: out of memory") }
    self.raw = raw
    _ = hl_multi_set_long(raw, CURLMOPT_MAXCONNECTS, idleConnections)
    // Unretained: see the type's comment.
    _ = hl_multi_set_hooks(raw, socketChanged, timerChanged, Unmanaged.passUnretained(self).toOpaque())
  }

  deinit { close() }

  /// Adds a prepared transfer; it starts at the next `kick`.
  func add(_ easy: EasyHandle) throws(HTTPCallError) {
    let code = curl_multi_add_handle(raw, easy.raw)
    guard code == CURLM_OK else { throw HTTPCallError(.library, String(cString: curl_multi_strerror(code))) }
  }

  /// Ends a transfer early. Its connection is closed unless it carries others.
  func remove(_ easy: EasyHandle) { curl_multi_remove_handle(raw, easy.raw) }

  /// Starts what was added.
  func kick() { act(on: CURL_SOCKET_TIMEOUT, 0) }

  /// Closes all connections. Every transfer must have been removed.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    curl_multi_cleanup(raw)
    for descriptor in watched { loop.unwatch(descriptor) }
    watched.removeAll()
    if let armed { loop.cancel(armed.deadline) }
    armed = nil
  }

  private func act(on descriptor: Int32, _ events: Int32) {
    var stillRunning: Int32 = 0
    curl_multi_socket_action(raw, descriptor, events, &stillRunning)
    var left: Int32 = 0
    while let message = curl_multi_info_read(raw, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
      let code = message.pointee.data.result
      var context: UnsafeMutablePointer<CChar>?
      guard hl_easy_get_private(handle, &context) == CURLE_OK, let context else { continue }
      let easy = Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
      curl_multi_remove_handle(raw, handle)
      onEnd(easy, easy.error(code))
    }
  }

  // MARK: Hooks

  fileprivate func watch(_ descriptor: Int32, _ what: Int32) {
    if what == CURL_POLL_REMOVE {
      if watched.remove(descriptor) != nil { loop.unwatch(descriptor) }
      return
    }
    var events: Readiness = []
    if what & CURL_POLL_IN != 0 { events.insert(.readable) }
    if what & CURL_POLL_OUT != 0 { events.insert(.writable) }
    if watched.insert(descriptor).inserted {
      loop.watch(descriptor, for: events) { [unowned self] in ready(descriptor, $0) }
    } else {
      loop.rewatch(descriptor, for: events)
    }
  }

  private func ready(_ descriptor: Int32, _ readiness: Readiness) {
    var events: Int32 = 0
    // A broken socket counts as ready: libcurl finds the reason when it uses it.
    if !readiness.isDisjoint(with: [.readable, .broken]) { events |= CURL_CSELECT_IN }
    if !readiness.isDisjoint(with: [.writable, .broken]) { events |= CURL_CSELECT_OUT }
    act(on: descriptor, events)
  }

  /// libcurl moves its deadline with every transfer. The loop's is set again only when it has to be earlier.
  fileprivate func wake(afterMilliseconds delay: Int) {
    guard delay >= 0 else {
      wanted = nil
      return
    }
    wanted = .now + .milliseconds(delay)
    arm()
  }

  private func arm() {
    guard let wanted, !isClosed else { return }
    if let armed {
      guard wanted < armed.at else { return }
      loop.cancel(armed.deadline)
    }
    armed = (wanted, loop.schedule(after: wanted - .now) { [unowned self] in deadlinePassed() })
  }

  private func deadlinePassed() {
    armed = nil
    guard let wanted else { return }
    guard wanted <= .now else { return arm() }
    self.wanted = nil
    act(on: CURL_SOCKET_TIMEOUT, 0)
  }
}

private func socketChanged(
  _: UnsafeMutableRawPointer?, _ descriptor: curl_socket_t, _ what: Int32, _ context: UnsafeMutableRawPointer?,
  _: UnsafeMutableRawPointer?
) -> Int32 {
  guard let context else { return 0 }
  Unmanaged<MultiHandle>.fromOpaque(context).takeUnretainedValue().watch(descriptor, what)
  return 0
}

private func timerChanged(_: UnsafeMutableRawPointer?, _ delay: Int, _ context: UnsafeMutableRawPointer?) -> Int32 {
  guard let context else { return 0 }
  Unmanaged<MultiHandle>.fromOpaque(context).takeUnretainedValue().wake(afterMilliseconds: delay)
  return 0
}
