internal import FoundationEssentials
public import KafkaClient

/// Writes messages that are given up to `<topic>.dlq`: key, value and headers as they were, and the headers of
/// `DeadLetterHeader`, which replace those of an earlier death.
///
/// Whoever consumes the origin must not advance past a message before its dead letter is written.
public struct DeadLetterWriter: Sendable {
  public static let suffix = ".dlq"
  static let maxReasonBytes = 1_000

  private let producer: KafkaProducer

  /// The producer remains the caller's to stop.
  public init(producer: KafkaProducer) { self.producer = producer }

  /// Writes all of them, and returns once the cluster has them.
  /// - Throws: the first failure; the others may have been written, and writing all of them again does no harm but
  ///   duplicates.
  public func write(_ letters: [DeadLetter]) async throws(KafkaError) {
    for result in await attempt(letters) { _ = try result.get() }
  }

  /// Writes them, and says for each, in order, whether the cluster has it.
  public func attempt(_ letters: [DeadLetter]) async -> [Result<KafkaPosition, KafkaError>] {
    let time = Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    return await producer.send(letters.map { record($0, time: time) })
  }

  private func record(_ letter: DeadLetter, time: String) -> KafkaRecord {
    let own = Set(DeadLetterHeader.allCases.map(\.rawValue))
    var headers = letter.headers.filter { !own.contains($0.name) }
    func add(_ header: DeadLetterHeader, _ text: String) { headers.append(KafkaHeader(header.rawValue, text)) }
    add(.topic, letter.topic)
    add(.partition, "\(letter.partition)")
    add(.offset, "\(letter.offset)")
    add(.attempts, "\(letter.attempts)")
    add(.code, letter.reason.code)
    add(.reason, Self.cut(letter.reason.text))
    add(.time, time)
    return KafkaRecord(topic: letter.topic + Self.suffix, key: letter.key, value: letter.value, headers: headers)
  }

  /// Cut between characters.
  static func cut(_ text: String) -> String {
    guard text.utf8.count > maxReasonBytes else { return text }
    var cut = text.prefix(maxReasonBytes)
    while cut.utf8.count > maxReasonBytes { cut.removeLast() }
    return String(cut)
  }
}
