internal import NativeThreads

/// Watches a connection's socket for one event at a time: the handler is called once, then nothing is watched.
///
/// A socket that nobody waits for is not watched, so that an end of stream does not keep the loop busy.
/// Used on the loop's thread only.
final class SocketWatch {
  private let loop: EventLoop
  private var socket: Int32?

  init(on loop: EventLoop) { self.loop = loop }

  func arm(_ socket: Int32, for events: Readiness, _ handler: @escaping () -> Void) {
    disarm()
    self.socket = socket
    loop.watch(socket, for: events) { [self] _ in
      disarm()
      handler()
    }
  }

  /// Call it before the socket is closed.
  func disarm() {
    guard let socket else { return }
    self.socket = nil
    loop.unwatch(socket)
  }
}
