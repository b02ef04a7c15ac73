internal import Arguments
internal import HTTPServer
internal import Lifecycle
internal import Settings
internal import SystemsFile
internal import Telemetry

/// `hyperloop serve`: the service.
enum ServeCommand {
  static let command = Command(
    "serve", summary: "Runs the service, or some parts of it.",
    discussion: """
      Needs postgres.url, kafka.bootstrap and systems.file. Any number of processes share the load; “roles” and “lanes” \
      dedicate a process to some parts. Every process answers /healthz, /readyz and /metrics at http.port. SIGTERM \
      stops the intake, finishes what is in flight within stop.grace, and ends with 0; a second signal, or one before \
      it serves, ends at once.
      """,
    examples: [
      ("hyperloop serve --config hyperloop.yaml", "everything"),
      ("hyperloop serve --config hyperloop.yaml --roles orchestrate --lanes price", "a machine for prices alone"),
    ], arguments: [Configuration.file.declaration], openOptions: Configuration.openOptions
  ) { parsed in
    let settings = try Configuration.read(parsed)
    let log = LogWriter(format: settings.logFormat)
    defer { log.stop() }
    let logger = Logger(label: "hyperloop", level: settings.logLevel, sink: log)
    try refuseIdleProcess(settings)
    try refuseWithoutScratch(settings)
    for warning in settings.gridWarnings { logger.warning("configuration", ["warning": warning]) }
    let systems = try SystemsSource.read(settings)
    for warning in systems.warnings { logger.warning("systems file", ["warning": "\(warning)"]) }
    let specs = try SpecsSource.read(settings)
    let clients = try await Clients.connect(settings, systems.graph, logger: logger)
    do {
      try await Topics.check(settings, systems.graph, admin: clients.admin)
      let runtime = try Runtime(
        settings: settings, graph: systems.graph, specs: specs, clients: clients, logger: logger)
      let group = ServiceGroup(
        runtime.services, gracePeriod: settings[Keys.stopGrace], logger: logger,
        onStarted: { logger.notice("serving", ["version": Hyperloop.version, "at": runtime.address]) })
      try await group.run()
    } catch {
      await clients.close()
      throw explained(error)
    }
    await clients.close()
    logger.notice("stopped")
    return Program.success
  }

  /// A process that would run nothing is a mistake of its configuration.
  private static func refuseIdleProcess(_ settings: Settings) throws(StartError) {
    func refusal(_ key: String) -> StartError {
      StartError(
        "\(settings.origin(of: key)): \(key): is empty: this process would run nothing", hint: "leave it out for all")
    }
    let roles = settings[Keys.roles]
    if roles.isEmpty { throw refusal(Keys.roles.name) }
    if roles == ["orchestrate"], settings[Keys.lanes].isEmpty { throw refusal(Keys.lanes.name) }
  }

  /// Grids that need temporary files would be tried again and again.
  private static func refuseWithoutScratch(_ settings: Settings) throws(StartError) {
    guard !Set(settings[Keys.roles]).isDisjoint(with: ["api", "ingest"]) else { return }
    if let problem = settings.scratchProblem { throw problem }
  }

  /// Says what to do about an address that cannot be served.
  private static func explained(_ error: any Error) -> any Error {
    guard let failure = (error as? ServiceFailure)?.cause as? HTTPServerError else { return error }
    let hint =
      switch failure.code {
      case .addressInUse: "another program has it: take another port, such as --http.port \(failure.port + 1)"
      case .notPermitted: "ports below 1024 need the right to them: take another, such as --http.port 8080"
      case .badAddress: "http.host must be an address of this machine; 0.0.0.0 is all of them"
      default: ""
      }
    return StartError(failure.description, hint: hint)
  }
}
