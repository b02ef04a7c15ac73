/// A partition's stay under one assignment.
struct Tenure {
  let partition: SourcePartition
  let epoch: UInt64
  var tracker: OffsetTracker
  /// How many messages are out: with the handler, or on their way to the dead-letter topic.
  var out = 0
  var isRevoking = false
  /// Too many offsets are held; the partition is paused.
  var isLatched = false
  /// Something was done, or read, since the last commit.
  var isChanged = false
  var committed: CommitPosition?

  /// What to commit, if it is other than what was committed last.
  mutating func takeCommit(metadataBytes: Int) -> CommitPosition? {
    guard isChanged, let offset = tracker.committable else { return nil }
    isChanged = false
    let map = CompletedMap.encode(tracker.completed(), committed: offset, limit: metadataBytes)
    let position = CommitPosition(offset: offset, metadata: map)
    guard position != committed else { return nil }
    committed = position
    return position
  }
}
