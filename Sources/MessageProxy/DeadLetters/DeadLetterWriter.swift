internal import FoundationEssentials
public import KafkaClient

/// Writes messages that are given up to `<topic>.dlq`: key, value and headers as they were, and the headers of
/// `DeadLetterHeader`, which replace those of an earlier death. A message that Kafka takes but not with these headers, or
/// that it refuses for good as a letter, is written without its value.
///
/// Whoever consumes the origin must not advance past a message before its dead letter is written.
public struct DeadLetterWriter: Sendable {
  public static let suffix = ".dlq"
  static let maxReasonBytes = 1_000
  /// The longest key that a letter without its value keeps.
  static let maxShortKeyBytes = 1_000

  private let producer: KafkaProducer

  /// The producer remains the caller's to stop.
  public init(producer: KafkaProducer) { self.producer = producer }

  /// Writes all of them, and returns once the cluster has them.
  /// - Throws: the first failure, always a retriable one; the others may have been written, and writing all of them
  ///   again does no harm but duplicates.
  public func write(_ letters: [DeadLetter]) async throws(KafkaError) {
    for result in await attempt(letters) { _ = try result.get() }
  }

  /// Writes them, and says for each, in order, whether the cluster has it. Every failure is retriable: what stands in
  /// the way then is not the letter, and whoever gave the letter up would lose the message.
  public func attempt(_ letters: [DeadLetter]) async -> [Result<KafkaPosition, KafkaError>] {
    let time = Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    var results = await producer.send(letters.map { record($0, time: time) })
    let refused = results.indices.filter { index in
      if case .failure(let error) = results[index] { !error.isRetriable } else { false }
    }
    guard !refused.isEmpty else { return results }
    let again = await producer.send(refused.map { record(letters[$0], time: time, isShort: true) })
    for (index, result) in zip(refused, again) { results[index] = result.mapError(Self.retriable) }
    return results
  }

  /// What even a short letter meets, such as a right to write that is missing, an operator can mend.
  private static func retriable(_ error: KafkaError) -> KafkaError {
    KafkaError(
      code: error.code, message: error.message, rawCode: error.rawCode, isRetriable: true, isFatal: error.isFatal)
  }

  private func record(_ letter: DeadLetter, time: String, isShort: Bool = false) -> KafkaRecord {
    let own = Set(DeadLetterHeader.allCases.map(\.rawValue))
    var headers = isShort ? [] : letter.headers.filter { !own.contains($0.name) }
    func add(_ header: DeadLetterHeader, _ text: String) { headers.append(KafkaHeader(header.rawValue, text)) }
    add(.topic, letter.topic)
    add(.partition, "\(letter.partition)")
    add(.offset, "\(letter.offset)")
    add(.attempts, "\(letter.attempts)")
    add(.code, letter.reason.code)
    add(.reason, Self.cut(letter.reason.text))
    add(.time, time)
    let topic = letter.topic + Self.suffix
    guard isShort else { return KafkaRecord(topic: topic, key: letter.key, value: letter.value, headers: headers) }
    add(.valueBytes, "\(letter.value?.count ?? 0)")
    let key = letter.key.flatMap { $0.count <= Self.maxShortKeyBytes ? $0 : nil }
    return KafkaRecord(topic: topic, key: key, value: nil, headers: headers)
  }

  /// Cut between characters.
  static func cut(_ text: String) -> String {
    guard text.utf8.count > maxReasonBytes else { return text }
    var cut = text.prefix(maxReasonBytes)
    while cut.utf8.count > maxReasonBytes { cut.removeLast() }
    return String(cut)
  }
}
