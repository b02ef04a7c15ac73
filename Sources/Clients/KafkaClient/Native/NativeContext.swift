internal import CRdkafka
internal import Telemetry

/// The one opaque pointer that all callbacks of a handle share.
///
/// `@unchecked Sendable`: librdkafka's threads read `logger` only; `rebalances` and `errors` are written by callbacks that
/// run inside the owner's own polls, on its thread, and read there.
final class NativeContext: @unchecked Sendable {
  let logger: Logger
  var rebalances: [NativeRebalance] = []
  var errors: [KafkaError] = []

  init(logger: Logger) { self.logger = logger }

  /// The context of a handle. Not retained: the handle's owner holds it until the handle is destroyed.
  static func of(_ client: OpaquePointer?) -> NativeContext? {
    guard let client, let opaque = rd_kafka_opaque(client) else { return nil }
    return Unmanaged<NativeContext>.fromOpaque(opaque).takeUnretainedValue()
  }

  /// A line of librdkafka's log: a level as in syslog, a short facility, a text. Called on any thread.
  static let logCallback: @convention(c) (OpaquePointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Void =
    {
      client, level, facility, text in
      guard let context = NativeContext.of(client), let facility, let text else { return }
      let name = String(cString: facility)
      let mapped: LogLevel =
        switch level {
        // All clients share one set of properties, so each is told of some that are not for it.
        case 4 where name == "CONFWARN": .info
        case ...2: .critical
        case 3: .error
        case 4: .warning
        case 5: .notice
        case 6: .info
        default: .debug
        }
      context.logger.log(
        mapped, "kafka client library", ["facility": name, "detail": String(cString: text)])
    }
}

/// A decision of the group's, as the rebalance callback got it.
enum NativeRebalance {
  case assign([TopicPartition])
  case revoke(isLost: Bool)
  case failed(KafkaError)
}
