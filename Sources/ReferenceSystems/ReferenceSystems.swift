internal import HTTPServer
internal import KafkaClient
public import Lifecycle
internal import Synchronization
public import Telemetry

/// Small real servers that play the downstream systems, for trial and test.
///
/// `open` it to learn the addresses before the service runs, or let `run` do so. It opens once, and runs once.
public final class ReferenceSystems: Service {
  private struct State {
    var hasOpened = false
    var systems: [PlayedSystem] = []
  }

  public let name = "reference-systems"
  private let configuration: ReferenceSystemsConfiguration
  private let logger: Logger
  private let delay: AnswerDelay
  private let producer: Mutex<KafkaProducer?> = Mutex(nil)
  private let state = Mutex(State())

  public init(_ configuration: ReferenceSystemsConfiguration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
    delay = AnswerDelay(capacity: configuration.maxDelayedAnswers)
  }

  /// Where a system serves HTTP.
  public struct Address: Sendable, Equatable {
    public let name: String
    /// `http://host:port`, without a slash at the end.
    public let url: String
  }

  /// The addresses, in the configuration's order; empty before the start.
  public var addresses: [Address] {
    state.withLock { $0.systems.map { Address(name: $0.name, url: $0.url) } }
  }

  /// A system that takes snippets, to look into it from the same process; nil before the start.
  public func system(_ name: String) -> SnippetSystem? {
    state.withLock { state in state.systems.first { $0.name == name }?.system }
  }

  /// Begins to serve HTTP, and joins Kafka's groups; snippets are read from Kafka once the service runs.
  @discardableResult
  public func open() throws(ReferenceSystemsError) -> [Address] {
    let isFirst = state.withLock { state in
      defer { state.hasOpened = true }
      return !state.hasOpened
    }
    guard isFirst else { return addresses }
    try checkConfiguration()
    let builder = SystemBuilder(
      configuration: configuration, delay: delay, producer: try makeProducer(), logger: logger)
    for description in configuration.systems {
      let system = try builder.build(description)
      state.withLock { $0.systems.append(system) }
    }
    return addresses
  }

  public func run(_ run: ServiceRun) async throws {
    do {
      try open()
      run.ready()
      try await serve(until: run.shutdown)
    } catch {
      await close()
      throw error
    }
    await close()
  }

  /// Serves until the shutdown, or until a Kafka system fails, which ends them all.
  private func serve(until shutdown: GracefulShutdown) async throws {
    let systems = state.withLock { $0.systems }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for system in systems {
        guard let kafka = system.kafka else { continue }
        group.addTask {
          do {
            try await kafka.run(until: shutdown)
          } catch let error as KafkaError {
            throw ReferenceSystemsError.kafka(system: system.name, error)
          }
        }
      }
      group.addTask { await shutdown.wait() }
      try await group.waitForAll()
    }
  }

  private func close() async {
    // What is held back is answered now; what hangs is cut.
    delay.stop()
    let systems = state.withLock { $0.systems }
    let patience = configuration.stopPatience
    await withTaskGroup(of: Void.self) { group in
      for system in systems { group.addTask { await system.server.stop(within: patience) } }
    }
    let producer = producer.withLock { $0 }
    await producer?.stop(within: patience)
  }

  private func makeProducer() throws(ReferenceSystemsError) -> KafkaProducer? {
    let acknowledging = configuration.systems.first { system in
      if case .kafka(_, acknowledges: true) = system.kind { true } else { false }
    }
    guard let acknowledging, let kafka = configuration.kafka else { return nil }
    do throws(KafkaError) {
      var options = KafkaProducerOptions()
      // Acknowledgements are repeated until they arrive; this is how long a stop may have to wait for one of them.
      options.deliveryTimeout = .seconds(10)
      let made = try KafkaProducer(kafka, options: options, logger: logger)
      producer.withLock { $0 = made }
      return made
    } catch {
      throw .kafka(system: acknowledging.name, error)
    }
  }

  private func checkConfiguration() throws(ReferenceSystemsError) {
    let names = configuration.systems.map(\.name)
    for name in names {
      guard !name.isEmpty, !name.contains("/") else { throw .configuration("“\(name)” is no system's name") }
      guard names.filter({ $0 == name }).count == 1 else { throw .configuration("two systems are called \(name)") }
    }
  }
}
