internal import NativeThreads

/// A pipeline from its submission to its result.
///
/// `@unchecked Sendable`: made by the caller, handed over through the client's inbox, and from then on touched by the loop's
/// thread alone.
final class RedisBatch: @unchecked Sendable {
  let count: Int
  let deadline: ContinuousClock.Instant
  let ticket: CircuitBreaker.Ticket
  var encoded: [UInt8]
  var replies: [RedisReply] = []
  /// Replies still to come; they come also after the batch ended by its time budget, and are thrown away then.
  var awaited: Int
  var timer: EventLoop.Deadline?
  var isSent = false
  private(set) var hasEnded = false
  let completion: @Sendable (Result<[RedisReply], RedisError>) -> Void

  init(
    _ pipeline: RedisPipeline, deadline: ContinuousClock.Instant, ticket: CircuitBreaker.Ticket,
    completion: @escaping @Sendable (Result<[RedisReply], RedisError>) -> Void
  ) {
    count = pipeline.count
    awaited = pipeline.count
    encoded = pipeline.encoded
    self.deadline = deadline
    self.ticket = ticket
    self.completion = completion
    replies.reserveCapacity(count)
  }

  /// Says that its result stands, before anybody hears of it: who hears may end everything that has not ended.
  /// - Returns: what `completion` is to be called with.
  func end(_ error: RedisError?) -> Result<[RedisReply], RedisError> {
    hasEnded = true
    encoded = []
    defer { replies = [] }
    return error.map { .failure($0) } ?? .success(replies)
  }
}
