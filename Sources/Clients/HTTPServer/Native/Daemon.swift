internal import CMicrohttpd
internal import Telemetry

internal import Glibc

/// A libmicrohttpd daemon without a thread and without a socket of its own. Only the server's thread calls it, apart from
/// `init`; the library's internal threads stall under load, and its listening socket cannot be closed safely.
final class Daemon {
  private let handle: OpaquePointer
  /// Ready when there is something to run.
  let descriptor: Int32
  /// The library reads it until the daemon stops.
  private let callbacks: UnsafeMutablePointer<hl_mhd_callbacks>
  private var isStopped = false

  /// Nil when the library does not start. `core` outlives the daemon: it owns it.
  init?(core: ServerCore, connections: Int, connectionMemory: Int) {
    MHD_set_panic_func(panic, nil)
    callbacks = .allocate(capacity: 1)
    callbacks.initialize(
      to: hl_mhd_callbacks(
        // Not retained: the core stops the daemon before it goes.
        context: Unmanaged.passUnretained(core).toOpaque(), access: handleAccess, completed: handleCompletion,
        connection: handleConnection, target: handleTarget, log: handleLog))
    guard let handle = hl_mhd_start(callbacks, UInt32(clamping: connections), connectionMemory) else {
      callbacks.deallocate()
      return nil
    }
    self.handle = handle
    descriptor = hl_mhd_epoll_descriptor(handle)
  }

  deinit {
    stop()
    callbacks.deallocate()
  }

  func run() { MHD_run(handle) }

  /// Whether the last run left something that no descriptor will announce.
  var hasPendingWork: Bool {
    var timeout: UInt64 = 0
    return MHD_get_timeout(handle, &timeout) == .YES && timeout == 0
  }

  /// Hands a socket over; the daemon closes it, also when it refuses it.
  func add(_ accepted: Listener.Accepted) {
    var address = accepted.address
    withUnsafeBytes(of: &address) { bytes in
      _ = MHD_add_connection(
        handle, accepted.descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
        accepted.addressLength)
    }
  }

  /// Closes what is left. No connection may be suspended.
  func stop() {
    guard !isStopped else { return }
    isStopped = true
    MHD_stop_daemon(handle)
  }
}

/// The library found its own state broken: nothing it holds can be trusted any more.
private func panic(
  _ context: UnsafeMutableRawPointer?, _ file: UnsafePointer<CChar>?, _ line: UInt32, _ reason: UnsafePointer<CChar>?
) {
  let cause = reason.map { String(cString: $0) } ?? ""
  let place = file.map { String(cString: $0) } ?? ""
  let text = "libmicrohttpd panicked at \(place):\(line): \(cause)\n"
  _ = text.utf8.withContiguousStorageIfAvailable { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  abort()
}

private func core(_ context: UnsafeMutableRawPointer?) -> ServerCore? {
  context.map { Unmanaged<ServerCore>.fromOpaque($0).takeUnretainedValue() }
}

private func connection(_ handle: OpaquePointer?) -> Connection? {
  hl_mhd_socket_context(handle).map { Unmanaged<Connection>.fromOpaque($0).takeUnretainedValue() }
}

private func handleLog(_ context: UnsafeMutableRawPointer?, _ line: UnsafePointer<CChar>?) {
  guard let core = core(context), let line else { return }
  core.logger.debug("libmicrohttpd says", ["line": String(cString: line)])
}

private func handleConnection(
  _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?,
  _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ event: MHD_ConnectionNotificationCode
) {
  guard let core = core(context), let handle, let slot else { return }
  if event == .CONNECTION_NOTIFY_STARTED {
    let (peer, deadline) = core.arrival
    let connection = Connection(handle: handle, peerAddress: peer, deadline: deadline)
    core.connectionStarted(connection)
    // Balanced below, when the library says that the connection is closed.
    slot.pointee = Unmanaged.passRetained(connection).toOpaque()
  } else if let opaque = slot.pointee {
    slot.pointee = nil
    core.connectionEnded(Unmanaged<Connection>.fromOpaque(opaque).takeRetainedValue())
  }
}

/// A request line has come. The exchange that is returned belongs to its connection until `handleCompletion`.
private func handleTarget(
  _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ handle: OpaquePointer?
) -> UnsafeMutableRawPointer? {
  guard let core = core(context), let target, let connection = connection(handle) else { return nil }
  connection.targetEnd = target + strlen(target)
  let exchange = core.exchangeStarted(on: connection, target: String(cString: target))
  return Unmanaged.passUnretained(exchange).toOpaque()
}

private func handleCompletion(
  _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?,
  _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ code: MHD_RequestTerminationCode
) {
  slot?.pointee = nil
  guard let exchange = connection(handle)?.exchange else { return }
  switch code {
  case .REQUEST_TERMINATED_COMPLETED_OK: exchange.complete(nil)
  case .REQUEST_TERMINATED_WITH_ERROR: exchange.complete(.malformed)
  default: exchange.complete(.disconnected)
  }
}

/// Whether nothing stands between a request's method, target and version: a zero byte in one of them ends it for the
/// library, where another server would read on.
private func isLineWhole(
  _ method: UnsafePointer<CChar>, _ target: UnsafePointer<CChar>, _ version: UnsafePointer<CChar>,
  of connection: Connection?
) -> Bool {
  method + strlen(method) + 1 == target && connection?.targetEnd.map { $0 + 1 } == version
}

private func handleAccess(
  _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?, _ url: UnsafePointer<CChar>?,
  _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ data: UnsafePointer<CChar>?,
  _ count: UnsafeMutablePointer<Int>?, _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
  guard let handle, let url, let method, let version, let count, let opaque = slot?.pointee else { return .NO }
  let exchange = Unmanaged<Exchange>.fromOpaque(opaque).takeUnretainedValue()
  let verdict: Exchange.Verdict
  if exchange.stage == .head {
    var reader = HeaderReader()
    reader.read(handle)
    verdict = exchange.begin(
      method: String(cString: method), version: String(cString: version), headers: reader.headers,
      isLineWhole: isLineWhole(method, url, version, of: connection(handle)), hasFoldedField: reader.hasFoldedField)
  } else if count.pointee > 0 {
    let bytes = UnsafeRawBufferPointer(start: data, count: count.pointee)
    guard !exchange.isSuspended else { return .YES }
    verdict = exchange.receive(bytes)
    count.pointee = 0
  } else {
    verdict = exchange.finish()
  }
  switch verdict {
  case .carryOn: return .YES
  case .close: return .NO
  case .answer(let response, let closing): return exchange.queue(response, closing: closing) ? .YES : .NO
  }
}
