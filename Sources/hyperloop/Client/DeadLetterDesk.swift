internal import Arguments
internal import ItemModel
internal import KafkaClient
internal import Settings
internal import Telemetry

/// Reads dead-letter topics from where the desk last stopped, and moves on when letters were dealt with.
struct DeadLetterDesk {
  private let settings: Settings
  private let kafka: KafkaConfiguration
  private let admin: KafkaAdmin

  struct Letter {
    let message: KafkaMessage

    func header(_ name: String) -> String {
      message.headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) } ?? "?"
    }
  }

  init(_ settings: Settings) throws {
    self.settings = settings
    kafka = settings.kafka(try settings.require(Keys.kafkaBootstrap))
    admin = try KafkaAdmin(kafka, logger: .silent)
  }

  private var group: String { "\(settings[Keys.kafkaGroupPrefix])-dlq" }

  /// The dead-letter topics of this service. A cluster may hold others', too.
  private var topics: [String] { settings.topics.all.filter { $0.hasSuffix(".dlq") } }

  /// The dead-letter topic that is meant by `name`: with or without the prefix, with or without “.dlq”.
  private func topic(_ name: String) throws(UsageError) -> String {
    let prefix = settings.topics.prefix
    let short = topics.map { String($0.dropFirst(prefix.count).dropLast(".dlq".count)) }
    for candidate in short where [candidate, prefix + candidate].contains(where: { name == $0 || name == $0 + ".dlq" })
    {
      return TopicNames.deadLetters(of: prefix + candidate)
    }
    throw UsageError(
      "“\(name)” has no dead letters\(Suggestion.hint(for: name, in: short))",
      hint: "known are: \(short.joined(separator: ", "))")
  }

  /// Every dead-letter topic with letters that wait.
  func counts() async throws -> [(topic: String, waiting: Int64)] {
    let topics = Set(topics)
    var counts: [(topic: String, waiting: Int64)] = []
    for topic in try await admin.topics().sorted(by: { $0.name < $1.name }) where topics.contains(topic.name) {
      let partitions = topic.partitions.map { TopicPartition(topic: topic.name, partition: $0.id) }
      let ends = try await admin.watermarks(partitions)
      let committed = try await admin.committed(group: group, partitions)
      let waiting = ends.reduce(0 as Int64) { sum, end in
        sum + max(0, end.value.high - max(end.value.low, committed[end.key]?.offset ?? 0))
      }
      if waiting > 0 { counts.append((topic.name, waiting)) }
    }
    return counts
  }

  /// Looks at the oldest letters that wait, and leaves them waiting.
  func visit(_ name: String, upTo count: Int, _ body: (Letter) -> Void) async throws {
    try await read(name, upTo: count) { letters, _ in
      for letter in letters { body(letter) }
      return false
    }
  }

  /// Sends them to the topic that they came from, with their own headers only.
  func replay(_ name: String, upTo count: Int) async throws -> Int {
    let producer = try KafkaProducer(kafka, logger: .silent)
    var done = 0
    do {
      try await read(name, upTo: count) { letters, origin in
        let results = await producer.send(
          letters.map { letter in
            KafkaRecord(
              topic: origin, key: letter.message.key, value: letter.message.value,
              headers: letter.message.headers.filter { !$0.name.hasPrefix("X-Dead-Letter-") })
          })
        for result in results { _ = try result.get() }
        done += letters.count
        return true
      }
    } catch {
      await producer.stop(within: .seconds(5))
      throw error
    }
    await producer.stop(within: .seconds(5))
    return done
  }

  func discard(_ name: String, upTo count: Int) async throws -> Int {
    var done = 0
    try await read(name, upTo: count) { letters, _ in
      done += letters.count
      return true
    }
    return done
  }

  /// How long the next letter is waited for. The offsets promise more than there is where the log has gaps, and another
  /// desk may hold the topic.
  private static let patience = Duration.seconds(60)

  private static func next(_ consumer: KafkaConsumer, upTo count: Int) async throws -> KafkaConsumerEvent? {
    try await withThrowingTaskGroup(of: KafkaConsumerEvent?.self) { group in
      group.addTask { try await consumer.next(upTo: count) }
      group.addTask {
        try await Task.sleep(for: patience)
        return nil
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }

  /// Hands over waiting letters; those for which `body` says so are dealt with, and passed over from then on.
  private func read(
    _ name: String, upTo count: Int, _ body: ([Letter], _ origin: String) async throws -> Bool
  ) async throws {
    let topic = try topic(name)
    guard let waiting = try await counts().first(where: { $0.topic == topic })?.waiting else { return }
    let wanted = min(count, Int(waiting))
    var left = wanted
    var options = KafkaConsumerOptions()
    // A group that does not answer is asked again, while there is patience.
    options.maxPollInterval = Self.patience / 3
    let consumer = try KafkaConsumer(kafka, group: group, topics: [topic], options: options, logger: .silent)
    do {
      while left > 0, let event = try await Self.next(consumer, upTo: left) {
        switch event {
        case .assigned(let assigned): try await assigned.start()
        case .revoked(let revoked): await revoked.complete()
        case .records(let batches):
          for batch in batches {
            let letters = batch.records.prefix(left).map { Letter(message: $0) }
            guard let last = letters.last else { continue }
            left -= letters.count
            guard try await body(letters, String(topic.dropLast(".dlq".count))) else { continue }
            try await consumer.commit(
              [batch.topicPartition: KafkaCommit(offset: last.message.offset + 1)], epoch: batch.epoch)
          }
        }
      }
    } catch {
      await consumer.stop(within: .zero)
      throw error
    }
    await consumer.stop(within: .zero)
    guard left < wanted || wanted == 0 else {
      throw StartError(
        "\(topic): letters wait, but none came within \(Self.patience)", hint: "does another “hyperloop dlq” read them?"
      )
    }
  }
}
