internal import NativeThreads
internal import Telemetry

/// The producer's state, on its event loop's thread.
actor ProducerCore {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private let configuration: KafkaConfiguration
  private let options: KafkaProducerOptions
  private let logger: Logger
  /// Nil between a fatal error and the next handle, and after the end.
  private var native: NativeProducer?
  private var lastID: UInt32 = 0
  /// Batches with records that were not handed over, in order.
  private var waiting: [ProducerBatch] = []
  /// All batches that are not settled.
  private var open: [UInt32: ProducerBatch] = [:]
  private var recordsInFlight = 0
  private var bytesInFlight = 0
  private var isStopping = false
  private var stopWaiters: [CheckedContinuation<Void, Never>] = []
  private var isEnded = false

  init(
    loop: EventLoop, native: sending NativeProducer, configuration: KafkaConfiguration, options: KafkaProducerOptions,
    logger: Logger
  ) {
    self.loop = loop
    self.native = native
    self.configuration = configuration
    self.options = options
    self.logger = logger
  }

  func begin() {
    watch()
    beat()
  }

  /// The queue's descriptor wakes the loop; this is the net beneath it, should a wake-up be lost.
  private func beat() {
    guard !isEnded else { return }
    collectReports()
    loop.schedule(after: .seconds(1)) { [weak self] in self?.assumeIsolated { $0.beat() } }
  }

  func submit(
    _ records: [KafkaRecord], isBounded: Bool, completion: @escaping ProducerBatch.Completion
  ) {
    guard !records.isEmpty else { return completion([]) }
    if isStopping { return completion(records.map { _ in .failure(.stopped) }) }
    if isBounded, waiting.count >= options.maxWaitingBatches {
      let error = KafkaError(code: .queueFull, message: "too many batches wait for room", isRetriable: true)
      return completion(records.map { _ in .failure(error) })
    }
    // 0 is no identifier; one that is still in use is 4 billion batches old.
    repeat { lastID &+= 1 } while lastID == 0 || open[lastID] != nil
    let batch = ProducerBatch(id: lastID, records: records, completion: completion)
    open[batch.id] = batch
    waiting.append(batch)
    feed()
  }

  /// Hands over what there is room for.
  private func feed() {
    guard let native else { return }
    var done = 0
    defer { waiting.removeFirst(done) }
    for batch in waiting {
      while !batch.isHandedOver {
        let index = batch.next
        let bytes = batch.records[index].payloadBytes
        guard hasRoom(for: bytes) else { return }
        switch native.produce(batch.records[index], tag: batch.tag(index)) {
        case nil:
          recordsInFlight += 1
          bytesInFlight += bytes
        case let error? where error.code == .queueFull && recordsInFlight > 0:
          return  // The next report makes room.
        case let error? where error.isFatal:
          return  // The event that tells it replaces the handle; the record goes to the new one.
        case let error?:
          _ = batch.settle(index, .failure(error))
        }
        batch.advance()
      }
      done += 1
      closeIfSettled(batch)
    }
  }

  private func hasRoom(for bytes: Int) -> Bool {
    recordsInFlight == 0
      || (recordsInFlight < options.maxRecordsInFlight && bytesInFlight + bytes <= options.maxBytesInFlight)
  }

  private func collectReports() {
    guard let native else { return }
    // Reports come in runs of one batch.
    var current: ProducerBatch?
    let (reports, fatal) = native.drain()
    for report in reports {
      let id = ProducerBatch.id(ofTag: report.tag)
      if current?.id != id {
        if let current { closeIfSettled(current) }
        current = open[id]
      }
      if let bytes = current?.settle(ProducerBatch.index(ofTag: report.tag), report.result) {
        recordsInFlight -= 1
        bytesInFlight -= bytes
      }
    }
    if let current { closeIfSettled(current) }
    if let fatal { replace(after: fatal) }
    feed()
    endIfDone()
  }

  private func closeIfSettled(_ batch: ProducerBatch) {
    guard batch.isSettled, open.removeValue(forKey: batch.id) != nil else { return }
    batch.complete()
  }

  /// A fatal error of the idempotent producer: nobody knows what became of what was under way.
  private func replace(after error: KafkaError) {
    logger.error("kafka producer replaced", ["error": error.message, "inFlight": "\(recordsInFlight)"])
    closeNative()
    let reset = KafkaError(
      code: .producerReset, message: "the producer was replaced: \(error.message)", rawCode: error.rawCode,
      isRetriable: true)
    failInFlight(reset)
    reopen()
  }

  private func reopen() {
    guard !isEnded else { return }
    do throws(KafkaError) {
      native = try NativeProducer(configuration, options, logger: logger)
      watch()
      feed()
    } catch {
      logger.error("kafka producer cannot be made", ["error": error.message])
      loop.schedule(after: .seconds(1)) { [weak self] in self?.assumeIsolated { $0.reopen() } }
    }
  }

  private func failInFlight(_ error: KafkaError) {
    for batch in open.values.sorted(by: { $0.id < $1.id }) {
      batch.fail(error, handedOverOnly: true)
      closeIfSettled(batch)
    }
    recordsInFlight = 0
    bytesInFlight = 0
  }

  private func watch() {
    guard let native else { return }
    loop.watch(native.descriptor, for: .readable) { [unowned self] _ in assumeIsolated { $0.collectReports() } }
  }

  private func closeNative() {
    guard let native else { return }
    loop.unwatch(native.descriptor)
    native.close()
    self.native = nil
  }

  // MARK: The end

  /// Takes nothing more, waits for what is under way until the limit, and ends.
  func stop(within limit: Duration) async {
    guard !isEnded else { return }
    isStopping = true
    loop.schedule(after: limit) { [weak self] in self?.assumeIsolated { $0.end() } }
    // The await may let other jobs in before its closure runs: what it waits for is looked at inside.
    await withCheckedContinuation { continuation in
      if isEnded { return continuation.resume() }
      stopWaiters.append(continuation)
      endIfDone()
    }
  }

  private func endIfDone() {
    if isStopping, open.isEmpty { end() }
  }

  func end() {
    guard !isEnded else { return }
    isEnded = true
    isStopping = true
    closeNative()
    waiting.removeAll()
    for batch in open.values.sorted(by: { $0.id < $1.id }) {
      batch.fail(.stopped, handedOverOnly: false)
      closeIfSettled(batch)
    }
    for waiter in stopWaiters { waiter.resume() }
    stopWaiters.removeAll()
  }
}
