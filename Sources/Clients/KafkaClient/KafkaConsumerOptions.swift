/// Limits and times of a consumer.
public struct KafkaConsumerOptions: Sendable {
  /// How long the application may take to answer an assignment or a revocation. Keep it well below `maxPollInterval`.
  public var answerTimeout: Duration = .seconds(30)
  /// With so many buffered records no more are taken; where that lasts, the partitions are paused until a quarter is left.
  public var maxBufferedRecords = 20_000
  /// With so many buffered bytes no more are taken; where that lasts, the partitions are paused until a quarter is left.
  public var maxBufferedBytes = 32 << 20
  /// How much librdkafka may fetch ahead, beside the buffer; discarded whenever the partitions are paused.
  public var maxPrefetchBytes = 32 << 20
  /// A broker waits for so many bytes before it answers, but no longer than `fetchWait`: few large answers cost a
  /// fraction of many small ones, on both sides.
  public var fetchBytes = 64 << 10
  public var fetchWait: Duration = .milliseconds(20)
  /// After how long without a heartbeat the group gives the partitions to others.
  public var sessionTimeout: Duration = .seconds(10)
  /// The group's time limit for a rebalance. The client polls by itself, so it does not limit the application.
  public var maxPollInterval: Duration = .seconds(300)
  /// The time limit of a commit, and of a look-up of committed offsets.
  public var requestTimeout: Duration = .seconds(15)
  /// How partitions are shared among the members; all members of a group must agree.
  public var assignor = KafkaAssignor.roundRobin

  public init() {}
}
