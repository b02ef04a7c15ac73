/// A header of a record. Names may repeat; their order is kept.
public struct KafkaHeader: Sendable, Hashable {
  public let name: String
  /// Nil is Kafka's null, other than an empty value.
  public let value: [UInt8]?

  public init(name: String, value: [UInt8]?) {
    self.name = name
    self.value = value
  }

  /// A header with a text as its value.
  public init(_ name: String, _ text: String) { self.init(name: name, value: Array(text.utf8)) }
}
