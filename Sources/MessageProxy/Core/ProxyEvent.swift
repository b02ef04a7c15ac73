/// What happens to a proxy core.
enum ProxyEvent<Payload: Sendable> {
  /// Partitions were assigned; nil where nothing was committed.
  case assigned(epoch: UInt64, [SourcePartition: RestoredPosition?])
  case received([SourceBatch<Payload>])
  case completed([(id: MessageID, verdict: Verdict)])
  /// The dead-letter topic has them.
  case deadLettered([MessageID])
  /// It has them not; they are tried again later.
  case deadLetterFailed([MessageID])
  /// Something may be due: see `ProxyCore.nextDue`.
  case tick
  /// Partitions are being taken away: nothing of them is begun any more. `drained` follows.
  case revoking([SourcePartition])
  /// Partitions are gone, drained or not. What is out of them keeps its keys blocked until its completion.
  case released([SourcePartition])
  /// It is time to commit.
  case commitDue
  /// A commit was not accepted.
  case commitFailed([SourcePartition])
  /// Their completions wait for something that the handler's deadline is not meant for.
  case deadlineLifted([MessageID])
  case inFlightLimit(Int)
  /// Nothing is begun any more.
  case stop
}

/// Where an earlier owner of a partition stood.
struct RestoredPosition: Equatable {
  let offset: Int64
  let completed: CompletedOffsets

  /// From a commit; metadata that is not a map of this offset counts as none.
  init(offset: Int64, metadata: String?) {
    self.offset = offset
    completed = CompletedMap.decode(metadata ?? "", committed: offset) ?? CompletedOffsets()
  }
}

/// Consecutive messages of one partition.
struct SourceBatch<Payload: Sendable> {
  struct Message {
    let offset: Int64
    let key: [UInt8]?
    let bytes: Int
    let payload: Payload
  }

  let partition: SourcePartition
  let epoch: UInt64
  /// The position before the batch, and the one after it.
  let from: Int64
  let next: Int64
  let messages: [Message]
}
