/// Names one delivery of one message under one assignment: what a completion refers to.
///
/// A message that is delivered again, or read again after its partition was assigned anew, has another id, so a late
/// completion of the first delivery says nothing about the second.
public struct MessageID: Sendable, Hashable {
  /// Which stay of which partition; a number is never used twice.
  let tenure: UInt32
  /// The message's place in the queue.
  let slot: Int32
  /// Which delivery of it, from 1.
  let attempt: Int32
  public let offset: Int64

  init(tenure: UInt32, slot: Int32, attempt: Int32, offset: Int64) {
    self.tenure = tenure
    self.slot = slot
    self.attempt = attempt
    self.offset = offset
  }

  /// An id for tests of handlers, which no subscription knows.
  public init(offset: Int64) { self.init(tenure: 0, slot: -1, attempt: 0, offset: offset) }
}
