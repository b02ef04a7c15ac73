/// How to reach a Kafka cluster, for every kind of client.
public struct KafkaConfiguration: Sendable {
  /// Addresses to begin with: `host:port`, several separated by commas.
  public var bootstrap: String
  /// The name that the brokers' logs and quotas see.
  public var clientID: String
  /// The rack (zone) of this process: a consumer then reads from a replica in it.
  public var rack: String?
  /// Further properties, under librdkafka's names, passed on as they are (security settings, time-outs).
  /// They win over what the clients set themselves.
  public var properties: [String: String]

  public init(
    bootstrap: String, clientID: String = "hyperloop", rack: String? = nil, properties: [String: String] = [:]
  ) {
    self.bootstrap = bootstrap
    self.clientID = clientID
    self.rack = rack
    self.properties = properties
  }
}
