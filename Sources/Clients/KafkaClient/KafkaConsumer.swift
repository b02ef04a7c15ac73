internal import NativeThreads
public import Telemetry

/// A member of a consumer group, pulled by one task.
///
/// The client polls by itself, so the member stays in its group however long the application takes: records wait in a
/// bounded buffer, and the partitions are paused while it is full. Partitions are read once the application has answered
/// `.assigned`, and given back once it has answered `.revoked`; in between, calls name the assignment's epoch, and those
/// of an older one are refused with `fenced`.
///
/// Nothing is committed but by `commit`. Call `stop(within:)` in the end; a consumer that is dropped ends without leaving
/// its group.
public final class KafkaConsumer: Sendable {
  private let loop: EventLoop
  let core: ConsumerCore

  /// A member of `group` to be, which reads `topics` (a name that begins with `^` is a regular expression). The first pull
  /// joins the group.
  /// - Throws: `configuration` for a property that librdkafka refuses. No broker is contacted yet.
  public init(
    _ configuration: KafkaConfiguration, group: String, topics: [String],
    options: KafkaConsumerOptions = KafkaConsumerOptions(), logger: Logger
  ) throws(KafkaError) {
    let native = try NativeConsumer(configuration, group: group, options, logger: logger)
    loop = EventLoop(name: "kafka-consumer")
    core = ConsumerCore(loop: loop, native: native, topics: topics, options: options, logger: logger)
    loop.post { [core] in core.assumeIsolated { $0.begin() } }
  }

  deinit {
    loop.post { [core] in core.assumeIsolated { $0.end() } }
    // After `stop(within:)` the thread has nothing left to do, and this waits for microseconds.
    loop.stop()
  }

  /// Waits for the next event: news of the group first, else up to `limit` records.
  ///
  /// Nil after the consumer was stopped, and when the calling task is cancelled, which does not stop the consumer. No
  /// record is lost by a cancellation.
  /// The first pull joins the group. When an assignment was not answered in time, the group was left; the next pull joins
  /// it again.
  /// - Throws: `unauthorized` and fatal errors; what heals by itself is logged and not thrown.
  public func next(upTo limit: Int = 1_000) async throws(KafkaError) -> KafkaConsumerEvent? {
    switch try await core.next(upTo: limit) {
    case .records(let batches): .records(batches)
    case .assigned(let epoch, let partitions):
      .assigned(KafkaAssignment(epoch: epoch, partitions: partitions, consumer: self))
    case .revoked(let epoch, let partitions, let isLost):
      .revoked(KafkaRevocation(epoch: epoch, partitions: partitions, isLost: isLost, consumer: self))
    case nil: nil
    }
  }

  /// Commits for the group, and waits for the broker's answer.
  /// - Throws: `fenced` when the assignment is over or a partition is not in it; `timedOut` after `requestTimeout`; the
  ///   broker's refusal.
  public func commit(_ offsets: [TopicPartition: KafkaCommit], epoch: UInt64) async throws(KafkaError) {
    try await core.commit(offsets, epoch: epoch)
  }

  /// What the group has committed, metadata included. Partitions without a commit are left out.
  public func committed(_ partitions: [TopicPartition]) async throws(KafkaError) -> [TopicPartition: KafkaCommit] {
    try await core.committed(partitions)
  }

  /// Reads on at the given offsets. Records that were buffered for these partitions are discarded.
  public func seek(_ offsets: [TopicPartition: Int64], epoch: UInt64) async throws(KafkaError) {
    try await core.seek(offsets, epoch: epoch)
  }

  /// Brings no more records of the partitions until they are resumed or assigned anew. What was buffered is kept.
  public func pause(_ partitions: Set<TopicPartition>, epoch: UInt64) async throws(KafkaError) {
    try await core.setPaused(partitions, true, epoch: epoch)
  }

  public func resume(_ partitions: Set<TopicPartition>, epoch: UInt64) async throws(KafkaError) {
    try await core.setPaused(partitions, false, epoch: epoch)
  }

  /// Leaves the group. If partitions are held, a last `.revoked` comes to the pulling task, which has `limit` to commit
  /// and complete it; then they are given back without it. A caller whose pulling has ended passes `.zero`.
  /// Afterwards `next` gives nil.
  public func stop(within limit: Duration = .seconds(10)) async { await core.stop(within: limit) }
}
