internal import CHiredis
internal import Glibc

/// One socket to Redis with hiredis's buffers and protocol reader, without blocking.
///
/// hiredis's own asynchronous layer is left aside: it ends the process by `assert` when a reply comes that it did not
/// expect, takes a published message for the answer of a pending PING, and allocates for every command.
/// Used and freed by its session, on the loop's thread.
final class RedisConnection {
  private let context: UnsafeMutablePointer<redisContext>

  /// Begins to connect.
  /// - Parameter address: numeric, since a name would be looked up here, which may block.
  init(address: String, port: Int) throws(RedisError) {
    guard let context = redisConnectNonBlock(address, Int32(port)) else {
      throw RedisError(.connectFailed, "hiredis gave no context: out of memory")
    }
    self.context = context
    // Everything is set here, so `deinit` frees the context when this throws.
    guard context.pointee.err == 0 else { throw RedisError(.connectFailed, errorText) }
  }

  deinit { redisFree(context) }

  var descriptor: Int32 { context.pointee.fd }

  /// What the socket says once it is writable for the first time: nil when it is connected.
  func connectError() -> String? {
    var code: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else {
      return String(cString: strerror(errno))
    }
    return code == 0 ? nil : String(cString: strerror(code))
  }

  /// Adds encoded commands to what is to be written.
  func append(_ bytes: [UInt8]) throws(RedisError) {
    let status = bytes.withUnsafeBytes { bytes in
      redisAppendFormattedCommand(context, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    try check(status)
  }

  /// Writes what the socket takes; true when nothing is left.
  func write() throws(RedisError) -> Bool {
    var isDone: Int32 = 0
    try check(redisBufferWrite(context, &isDone))
    return isDone == 1
  }

  /// Reads what is there (16 KiB at most), and gives the replies that are whole.
  func read(_ take: (RedisReply) -> Void) throws(RedisError) {
    try check(redisBufferRead(context))
    while true {
      var reply: UnsafeMutableRawPointer?
      try check(redisGetReplyFromReader(context, &reply))
      guard let reply else { return }
      let copy = Self.copy(reply.assumingMemoryBound(to: redisReply.self))
      freeReplyObject(reply)
      take(copy)
    }
  }

  private func check(_ status: Int32) throws(RedisError) {
    guard status == REDIS_OK else { throw RedisError(.connectionLost, errorText, mayHaveExecuted: true) }
  }

  private var errorText: String {
    withUnsafeBytes(of: &context.pointee.errstr) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  private static func copy(_ reply: UnsafeMutablePointer<redisReply>) -> RedisReply {
    let reply = reply.pointee
    let bytes = UnsafeRawBufferPointer(start: reply.str, count: reply.len)
    switch reply.type {
    case REDIS_REPLY_STRING: return .bytes(Array(bytes))
    case REDIS_REPLY_STATUS: return .status(String(decoding: bytes, as: UTF8.self))
    case REDIS_REPLY_ERROR: return .error(String(decoding: bytes, as: UTF8.self))
    case REDIS_REPLY_INTEGER: return .integer(reply.integer)
    case REDIS_REPLY_ARRAY:
      return .array((0..<reply.elements).map { reply.element[$0].map(copy) ?? .null })
    default: return .null
    }
  }
}
