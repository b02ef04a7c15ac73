internal import Arguments
internal import Settings
internal import SystemsFile

/// `hyperloop config`: what the configuration says, and what it may say.
enum ConfigCommand {
  static let command = Command(
    "config", summary: "Checks the configuration, or lists its keys.",
    subcommands: [check, keys])

  private static let check = Command(
    "check", summary: "Reads the configuration as “serve” would, and tells mistakes and unwise values.",
    discussion: "Nothing is connected to. The values are shown with where each came from; secrets are masked.",
    examples: [("hyperloop config check --config hyperloop.yaml", "all mistakes at once, exit 1 if there are any")],
    arguments: [Configuration.file.declaration], openOptions: Configuration.openOptions
  ) { parsed in
    let settings = try Configuration.read(parsed)
    var table = TextTable("KEY", "VALUE", "FROM")
    for entry in settings.redacted() { table.add([entry.name, entry.text, "\(entry.origin)"]) }
    Terminal.output.write(table.text())
    _ = try SpecsSource.read(settings)
    for warning in try warnings(settings) { Terminal.errors.print("warning: \(warning)") }
    let needed: [SettingKey<String?>] = [Keys.postgresURL, Keys.kafkaBootstrap, Keys.systemsFile]
    let missing = needed.filter { settings[$0] == nil }
    for key in missing { Terminal.errors.print("error: \(key.name) is not given: “serve” does not start without it") }
    return missing.isEmpty ? Program.success : Program.failed
  }

  private static func warnings(_ settings: Settings) throws -> [String] {
    var warnings: [String] = []
    if settings[Keys.kafkaReplication] == 1 {
      warnings.append(
        "kafka.topics.replication is 1: an accepted price is then as durable as one machine's page cache")
    }
    if settings[Keys.redisURL] == nil {
      warnings.append("redis.url is not given: each process asks the look-up systems by itself")
    }
    if settings[Keys.adminKey] == nil {
      warnings.append("admin.key is not given: until “hyperloop key create” has made one, no key is known")
    }
    warnings += settings.gridWarnings
    if let problem = settings.scratchProblem { warnings.append("scratch.dir: \(problem.message)") }
    if settings[Keys.systemsFile] != nil {
      warnings += try SystemsSource.read(settings).warnings.map { "\($0)" }
    }
    return warnings
  }

  private static let keys = Command(
    "keys", summary: "Lists every key of the configuration, as a table in Markdown.",
    examples: [("hyperloop config keys", "key, kind of value, default, environment variable, meaning")]
  ) { _ in
    Terminal.output.write(Keys.table.markdown())
    return Program.success
  }
}
