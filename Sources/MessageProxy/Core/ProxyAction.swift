/// What a proxy core wants done.
enum ProxyAction<Payload: Sendable> {
  case dispatch([OutboundMessage<Payload>])
  case deadLetter([OutboundMessage<Payload>], FailureReason)
  /// `ProxyCore.paused` has changed.
  case intake
  case commit(epoch: UInt64, [SourcePartition: CommitPosition])
  /// Nothing is out of the partitions that are being revoked.
  case drained
  /// No completion came within the handler's deadline; the partition is nil when it is not this member's any more.
  case overdue(MessageID, SourcePartition?)
  /// The partition's log was made anew: reading began again at `offset`.
  case rewound(SourcePartition, offset: Int64)
}

struct CommitPosition: Equatable {
  let offset: Int64
  let metadata: String
}

/// A message on its way to the handler or to the dead-letter topic.
struct OutboundMessage<Payload: Sendable> {
  let id: MessageID
  let partition: SourcePartition
  let epoch: UInt64
  /// From 1.
  let attempt: Int
  let payload: Payload
  /// What waits behind it under the same key, the nearest first.
  let followers: [Payload]
}
