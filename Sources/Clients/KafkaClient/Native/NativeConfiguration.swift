internal import CRdkafka

/// A set of properties on its way into a handle. `make` hands it over; a set that is dropped frees itself.
struct NativeConfiguration: ~Copyable {
  let pointer: OpaquePointer

  /// `properties` are what the client needs; the configuration's own win over them.
  init(_ configuration: KafkaConfiguration, _ properties: [(String, String)]) throws(KafkaError) {
    pointer = rd_kafka_conf_new()
    try set("bootstrap.servers", configuration.bootstrap)
    try set("client.id", configuration.clientID)
    if let rack = configuration.rack { try set("client.rack", rack) }
    // Idle connections are closed by brokers as a matter of course: no error.
    try set("log.connection.close", "false")
    // A broker that came back is found within a second, not within ten.
    try set("reconnect.backoff.max.ms", "1000")
    for (key, value) in properties { try set(key, value) }
    for (key, value) in configuration.properties.sorted(by: { $0.key < $1.key }) { try set(key, value) }
    rd_kafka_conf_set_log_cb(pointer, NativeContext.logCallback)
  }

  deinit { rd_kafka_conf_destroy(pointer) }

  private func set(_ key: String, _ value: String) throws(KafkaError) {
    var text = [CChar](repeating: 0, count: 512)
    guard rd_kafka_conf_set(pointer, key, value, &text, text.count) != RD_KAFKA_CONF_OK else { return }
    throw KafkaError(code: .configuration, message: "property \"\(key)\": \(String(nullTerminated: text))")
  }

  /// Makes the handle. `context` must outlive it.
  consuming func make(_ kind: rd_kafka_type_t, context: NativeContext) throws(KafkaError) -> OpaquePointer {
    // Not retained: see NativeContext.of.
    rd_kafka_conf_set_opaque(pointer, Unmanaged.passUnretained(context).toOpaque())
    var text = [CChar](repeating: 0, count: 512)
    guard let client = rd_kafka_new(kind, pointer, &text, text.count) else {
      // Refused: the properties are still ours, and end here.
      _ = consume self
      throw KafkaError(code: .configuration, message: String(nullTerminated: text))
    }
    // The handle owns the properties now.
    discard self
    return client
  }
}

extension String {
  /// The text before the first zero.
  init(nullTerminated text: [CChar]) {
    self.init(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension Duration {
  /// Whole milliseconds, rounded up, within what librdkafka takes.
  var milliseconds: Int32 {
    let (seconds, attoseconds) = components
    guard seconds < 2_000_000 else { return 2_000_000_000 }
    return Int32(clamping: seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
