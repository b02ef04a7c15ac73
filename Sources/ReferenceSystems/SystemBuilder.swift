internal import HTTPServer
internal import KafkaClient
internal import Telemetry

/// Makes systems from their descriptions.
struct SystemBuilder {
  let configuration: ReferenceSystemsConfiguration
  let delay: AnswerDelay
  /// Shared by the systems that acknowledge; nil when none does.
  let producer: KafkaProducer?
  let logger: Logger

  func build(_ description: ReferenceSystem) throws(ReferenceSystemsError) -> PlayedSystem {
    let logger = logger.with("system", description.name)
    switch description.kind {
    case .offers(let offers, let shipNodes): return try offersSystem(description, offers, shipNodes, logger)
    case .http:
      let system = SnippetSystem(name: description.name, channel: .http, seed: configuration.seed)
      let journal = try journal(system, logger)
      let door = SnippetDoor(
        system: system, delay: delay, journal: journal, maxBodyBytes: configuration.maxBodyBytes,
        maxBatchEntries: configuration.maxBatchEntries)
      return try played(description, system, kafka: nil, [door.route], logger) { journal?.removeAll() }
    case .kafka(let topic, let acknowledges):
      let system = SnippetSystem(name: description.name, channel: .kafka, seed: configuration.seed)
      let door = try kafkaDoor(system, topic, acknowledges, logger)
      return try played(description, system, kafka: door, [], logger) {}
    }
  }

  private func played(
    _ description: ReferenceSystem, _ system: SnippetSystem, kafka: KafkaDoor?, _ routes: [Route], _ logger: Logger,
    onReset: @escaping @Sendable () -> Void
  ) throws(ReferenceSystemsError) -> PlayedSystem {
    try setBehaviour(description, system.behaviour)
    let inspection = InspectionDoor(system: system, onReset: onReset)
    let behaviour = BehaviourDoor(behaviour: system.behaviour)
    return try PlayedSystem(
      name: description.name, system: system, kafka: kafka, routes: routes + inspection.routes + behaviour.routes,
      port: description.port, configuration: configuration, logger: logger)
  }

  private func offersSystem(
    _ description: ReferenceSystem, _ offers: [Offer], _ shipNodes: [String], _ logger: Logger
  ) throws(ReferenceSystemsError) -> PlayedSystem {
    let behaviour = BehaviourSwitch(.http, seed: configuration.seed)
    try setBehaviour(description, behaviour)
    let door = OfferDoor(
      name: description.name, catalogue: OfferCatalogue(offers: offers, shipNodes: shipNodes), behaviour: behaviour,
      delay: delay)
    return try PlayedSystem(
      name: description.name, system: nil, kafka: nil,
      routes: door.routes + BehaviourDoor(behaviour: behaviour).routes, port: description.port,
      configuration: configuration, logger: logger)
  }

  private func setBehaviour(
    _ description: ReferenceSystem, _ behaviour: BehaviourSwitch
  ) throws(ReferenceSystemsError) {
    do throws(BehaviourError) {
      try behaviour.set(description.behaviour)
    } catch {
      throw .configuration("system \(description.name): \(error)")
    }
  }

  private func journal(_ system: SnippetSystem, _ logger: Logger) throws(ReferenceSystemsError) -> Journal? {
    guard let directory = configuration.dataDirectory else { return nil }
    return try Journal(path: "\(directory)/\(system.name).journal", logger: logger) { system.recover($0) }
  }

  private func kafkaDoor(
    _ system: SnippetSystem, _ topic: String, _ acknowledges: Bool, _ logger: Logger
  ) throws(ReferenceSystemsError) -> KafkaDoor {
    guard let kafka = configuration.kafka else {
      throw .configuration("system \(system.name) is reached by Kafka, and no Kafka is configured")
    }
    let acknowledger = (acknowledges ? producer : nil).map {
      Acknowledger(
        system: system.name, topic: configuration.topicPrefix + configuration.acknowledgementTopic, producer: $0,
        delay: delay, maxHeld: configuration.maxDelayedAnswers, logger: logger)
    }
    if let acknowledger { system.behaviour.onReplaced { acknowledger.release() } }
    do throws(KafkaError) {
      return try KafkaDoor(
        system: system, topic: configuration.topicPrefix + topic, acknowledgements: acknowledger,
        configuration: kafka, group: "\(configuration.groupPrefix)-\(system.name)",
        sessionTimeout: configuration.sessionTimeout, maxRecords: configuration.maxRecords, logger: logger)
    } catch {
      throw .kafka(system: system.name, error)
    }
  }
}
