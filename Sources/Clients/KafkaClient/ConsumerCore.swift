internal import NativeThreads
internal import Telemetry

/// The consumer's state, on its event loop's thread. The extensions hold its dealings with the group, the application's
/// commands, and its end.
actor ConsumerCore {
  /// What a pull brings, before it is dressed for the application.
  enum Pulled: Sendable {
    case records([KafkaPartitionBatch])
    case assigned(epoch: UInt64, [TopicPartition])
    case revoked(epoch: UInt64, [TopicPartition], isLost: Bool)
  }

  /// Between two polls at most, so that the group sees the member alive while nothing comes.
  static let pollInterval: Duration = .seconds(1)

  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  let options: KafkaConsumerOptions
  let logger: Logger
  let topics: [String]
  /// The thread for look-ups that block.
  let lookupLoop: EventLoop

  /// Nil after the end.
  var native: NativeConsumer?
  var membership = Membership()
  var buffer = ConsumerBuffer()
  var pressure = Pressure.none
  var pauseDeadline: EventLoop.Deadline?
  /// What the application must be told, before any record.
  var notices: [Pulled] = []
  var failure: KafkaError?
  /// Not in the group: nobody has pulled yet, or an assignment was not answered. The next pull joins. (A member that nobody
  /// pulls would keep its partitions, and the whole group, waiting for answers.)
  var isAway = true
  var answerDeadline: EventLoop.Deadline?
  var isStopping = false
  var answerLimit: Duration
  var stopWaiters: [CheckedContinuation<Void, Never>] = []
  var commits: [UInt: CheckedContinuation<KafkaError?, Never>] = [:]
  var lastCommit: UInt = 0

  /// Messages name their partition by pointer; one assignment long that stands for a place in the buffer.
  private var slots: [NativePartitionKey: Int] = [:]
  private var isPulling = false
  private var puller: CheckedContinuation<Void, Never>?
  private var isPumpPosted = false

  init(
    loop: EventLoop, native: sending NativeConsumer, topics: [String], options: KafkaConsumerOptions, logger: Logger
  ) {
    self.loop = loop
    self.native = native
    self.topics = topics
    self.options = options
    self.logger = logger
    answerLimit = options.answerTimeout
    lookupLoop = EventLoop(name: "kafka-lookup")
  }

  func begin() {
    guard let native else { return }
    loop.watch(native.recordsDescriptor, for: .readable) { [unowned self] _ in assumeIsolated { $0.pump() } }
    loop.watch(native.repliesDescriptor, for: .readable) { [unowned self] _ in assumeIsolated { $0.collectCommits() } }
    beat()
  }

  private func beat() {
    guard native != nil else { return }
    pump()
    loop.schedule(after: Self.pollInterval) { [weak self] in self?.assumeIsolated { $0.beat() } }
  }

  // MARK: Fetching

  /// Takes what librdkafka has: one bounded step, repeated through the loop while there is more.
  func pump() {
    guard let native else { return }
    limitBuffer()
    guard pressure != .holding else { return native.clearWakeup() }
    let isMore = native.poll { receive($0, $1) }
    for rebalance in native.takeRebalances() { handle(rebalance) }
    for error in native.takeErrors() { report(error) }
    limitBuffer()
    wakePuller()
    if isStopping, native.isClosed { return end() }
    if isMore { postPump() }
  }

  func postPump() {
    guard !isPumpPosted else { return }
    isPumpPosted = true
    loop.post { [weak self] in
      self?.assumeIsolated {
        $0.isPumpPosted = false
        $0.pump()
      }
    }
  }

  private func receive(_ key: NativePartitionKey, _ message: Result<KafkaMessage, KafkaError>) {
    // What was under way when the partitions were taken away belongs to their next owner.
    guard membership.phase == .active else { return }
    guard let slot = slots[key] ?? register(key) else {
      if case .failure(let error) = message { report(error) }
      return
    }
    switch message {
    case .success(let message): buffer.append(message, to: slot)
    case .failure(let error) where error.code == .offsetOutOfRange: jump(slot, after: error)
    case .failure(let error): report(error)
    }
  }

  private func register(_ key: NativePartitionKey) -> Int? {
    let slot = buffer.slot(of: key.topicPartition)
    slots[key] = slot
    return slot
  }

  func forgetSlots() { slots.removeAll() }

  /// The log does not hold the position any more (or not yet): reading goes on at its beginning.
  private func jump(_ slot: Int, after error: KafkaError) {
    let partition = buffer.partitions[slot]
    logger.warning(
      "kafka position outside the log: reading on at its beginning",
      ["partition": "\(partition)", "error": error.message])
    buffer.forgetPosition(slot)
    // librdkafka has stopped the partition, and only an assignment starts it again.
    reassign()
  }

  func report(_ error: KafkaError) {
    logger.log(error.isFatal ? .error : .warning, "kafka consumer error", ["error": error.description])
    if error.isFatal || isRefusal(error) { failure = error }
  }

  /// Whether the cluster does not let this client read. One broker's refusal of a connection (librdkafka's own, negative
  /// code) says so only to a client that was never let in; later it passes like any other broken connection.
  private func isRefusal(_ error: KafkaError) -> Bool {
    error.code == .unauthorized && (error.rawCode > 0 || membership.epoch == 0)
  }

  // MARK: Pulling

  func next(upTo limit: Int) async throws(KafkaError) -> Pulled? {
    guard !isPulling else {
      throw KafkaError(code: .concurrentPull, message: "another task is pulling from this consumer")
    }
    isPulling = true
    defer { isPulling = false }
    while !Task.isCancelled {
      if !notices.isEmpty { return notices.removeFirst() }
      if let failure {
        if !failure.isFatal { self.failure = nil }
        throw failure
      }
      let batches = buffer.take(upTo: max(1, limit), epoch: membership.epoch)
      if !batches.isEmpty {
        limitBuffer()
        return .records(batches)
      }
      guard let native else { return nil }
      if isAway, !isStopping {
        if let error = native.subscribe(topics) { throw error }
        isAway = false
      }
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          puller = continuation
          // The await may have let other jobs in before this closure ran: looked at again.
          wakePuller(always: Task.isCancelled)
        }
      } onCancel: {
        loop.post { [weak self] in self?.assumeIsolated { $0.wakePuller(always: true) } }
      }
    }
    return nil
  }

  func wakePuller(always: Bool = false) {
    guard puller != nil else { return }
    let mustJoin = isAway && !isStopping
    let isNews = !notices.isEmpty || failure != nil || buffer.load.records > 0 || mustJoin || native == nil
    guard always || isNews else { return }
    puller?.resume()
    puller = nil
  }
}
