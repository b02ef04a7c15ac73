/// Where a consumer stands with its group: which assignment it has and what the application still owes an answer to.
struct Membership {
  enum Phase: Equatable {
    /// No partitions.
    case idle
    /// The group gave partitions; the application has not said where to start.
    case offered
    case active
    /// The group takes them away; the application has not given them back.
    case revoking(isLost: Bool)
  }

  private(set) var phase = Phase.idle
  private(set) var epoch: UInt64 = 0
  private(set) var partitions: [TopicPartition] = []

  /// The group gave partitions.
  mutating func offer(_ partitions: [TopicPartition]) {
    epoch += 1
    self.partitions = partitions.sorted()
    phase = .offered
  }

  mutating func begin() { phase = .active }

  mutating func revoke(isLost: Bool) { phase = .revoking(isLost: isLost) }

  /// The partitions were given back; the epoch is over.
  mutating func release() {
    partitions = []
    phase = .idle
  }

  var isRevoking: Bool {
    if case .revoking = phase { true } else { false }
  }

  /// Refuses what belongs to an assignment that is over.
  func requireCurrent(_ epoch: UInt64, _ action: String) throws(KafkaError) {
    guard epoch == self.epoch, phase != .idle else {
      throw .fenced("\(action): the assignment \(epoch) is over")
    }
  }

  /// Reading can be steered only while the partitions are read.
  func requireActive(_ epoch: UInt64, _ partitions: some Sequence<TopicPartition>, _ action: String) throws(KafkaError)
  {
    try requireCurrent(epoch, action)
    guard phase == .active else { throw .fenced("\(action): the assignment \(epoch) is not being read") }
    try requireOwned(partitions, action)
  }

  /// Commits are possible until the partitions are given back, unless others have them already.
  func requireCommittable(_ epoch: UInt64, _ partitions: some Sequence<TopicPartition>) throws(KafkaError) {
    try requireCurrent(epoch, "commit")
    if phase == .revoking(isLost: true) { throw .fenced("commit: the partitions were lost to other members") }
    try requireOwned(partitions, "commit")
  }

  private func requireOwned(_ wanted: some Sequence<TopicPartition>, _ action: String) throws(KafkaError) {
    let owned = Set(partitions)
    for partition in wanted where !owned.contains(partition) {
      throw .fenced("\(action): \(partition) is not assigned")
    }
  }
}
