internal import CPostgres

/// The one owner of a `PGcancel`, what it takes to ask the server to cancel a connection's statement.
///
/// `@unchecked Sendable`: libpq documents `PQcancel` as safe from any thread, and the object is not changed after it is
/// made.
final class CancelRequest: @unchecked Sendable {
  private let handle: OpaquePointer

  init(_ handle: OpaquePointer) { self.handle = handle }

  deinit { PQfreeCancel(handle) }

  /// Opens a connection of its own and blocks until the server has passed the request on.
  func send() {
    var message = [CChar](repeating: 0, count: 256)
    // Whether it worked shows by how the statement ends; the caller gives that a limit.
    _ = PQcancel(handle, &message, Int32(message.count))
  }
}
