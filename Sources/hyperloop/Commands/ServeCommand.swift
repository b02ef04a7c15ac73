internal import Arguments
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
      dedicate a process to some parts. SIGTERM stops the intake, finishes what is in flight within stop.grace, and ends \
      with 0; a second signal ends at once.
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
      throw error
    }
    await clients.close()
    logger.notice("stopped")
    return Program.success
  }
}
