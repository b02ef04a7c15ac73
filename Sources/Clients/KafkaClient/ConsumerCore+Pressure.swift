internal import NativeThreads

/// Back-pressure: what happens while the application does not keep up.
///
/// A pause is dear: librdkafka throws away what it fetched ahead, and may look at the partition again only a second after
/// it was resumed. So a full buffer first just leaves records where they are, in librdkafka's own bounded queue. Only an
/// application that is slow or hangs leads to a pause, since the member must go on polling to stay in its group: one that
/// takes more than `pauseDelay` for a quarter of the buffer. The quarter that is left at the resumption then lasts longer
/// than the second.
extension ConsumerCore {
  enum Pressure {
    case none
    /// The buffer is full; nothing is taken from librdkafka for a short while.
    case holding
    /// Everything is paused until a quarter of the buffer is left.
    case paused
  }

  /// So long at most the group's decisions may wait behind records that are not taken.
  private static let pauseDelay: Duration = .seconds(1)

  var isPausedByPressure: Bool { pressure == .paused }

  func limitBuffer() {
    switch pressure {
    case .none:
      guard isFull else { return }
      if isStopping { pauseAll() } else { hold() }
    case .holding:
      guard isFilled(upToQuarters: 3) || isStopping else { return }
      relieve()
      postPump()
    case .paused:
      guard isFilled(upToQuarters: 1) else { return }
      relieve()
      native?.resume(buffer.partitions.filter { !isPaused($0) })
    }
  }

  /// Forgets the pressure, when the buffer was emptied or has room again.
  func relieve() {
    pressure = .none
    if let pauseDeadline { loop.cancel(pauseDeadline) }
    pauseDeadline = nil
  }

  func isPaused(_ partition: TopicPartition) -> Bool { buffer.slot(of: partition).map(buffer.isPaused) ?? false }

  private var isFull: Bool {
    let load = buffer.load
    return load.records >= options.maxBufferedRecords || load.bytes >= options.maxBufferedBytes
  }

  private func isFilled(upToQuarters quarters: Int) -> Bool {
    let load = buffer.load
    return load.records <= options.maxBufferedRecords * quarters / 4
      && load.bytes <= options.maxBufferedBytes / 4 * quarters
  }

  private func hold() {
    pressure = .holding
    pauseDeadline = loop.schedule(after: Self.pauseDelay) { [weak self] in
      self?.assumeIsolated { core in
        core.pauseDeadline = nil
        core.pauseAll()
        core.pump()
      }
    }
  }

  private func pauseAll() {
    pressure = .paused
    native?.pause(buffer.partitions)
  }
}
