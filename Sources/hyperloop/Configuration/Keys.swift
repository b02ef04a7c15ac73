internal import Arguments
internal import Settings

/// Every key of the configuration.
enum Keys {
  // HTTP
  static let httpHost = SettingKey(
    "http.host", .string("ADDRESS"), default: "127.0.0.1", documentation: "The address that the service listens at.")
  static let httpPort = SettingKey(
    "http.port", .int(0...65_535), default: 8_080, documentation: "The port; 0 takes a free one.")
  static let httpPublic = SettingKey(
    "http.public", .list(of: .string("PATH")), default: [],
    documentation: "Paths that need no key, beside /healthz and /readyz, such as /metrics.")

  // Kafka
  static let kafkaBootstrap = SettingKey<String?>(
    "kafka.bootstrap", .string("HOST:PORT,…"), documentation: "The brokers to begin with.")
  static let kafkaProperties = SettingPrefix(
    "kafka.properties.*", .string, documentation: "Handed to librdkafka: TLS, SASL and whatever else it knows.")
  static let kafkaGroupPrefix = SettingKey(
    "kafka.group.prefix", .string, default: "hyperloop", documentation: "What the consumer groups' names begin with.")
  static let kafkaTopicsPrefix = SettingKey(
    "kafka.topics.prefix", .string, default: "", documentation: "What the topics' names begin with.")
  static let kafkaPartitions = SettingKey(
    "kafka.topics.partitions", .int(1...10_000), default: 12, documentation: "Partitions of topics that are created.")
  static let kafkaReplication = SettingKey(
    "kafka.topics.replication", .int(1...16), default: 1,
    documentation: "Copies of topics that are created. With 1, an accept is as durable as one machine's memory.")
  static let kafkaRack = SettingKey<String?>(
    "kafka.rack", .string, documentation: "This process's rack, so that it reads from a near replica.")

  // PostgreSQL and Redis
  static let postgresURL = SettingKey<String?>(
    "postgres.url", .string("URL"), documentation: "The database: postgresql://user:password@host:port/name.")
  static let postgresPool = SettingKey(
    "postgres.pool", .int(4...500), default: 16, documentation: "Connections to the database, per process.")
  static let postgresTimeout = SettingKey(
    "postgres.timeout", .duration(.seconds(1)...(.seconds(600))), default: .seconds(5),
    documentation: "How long a connection to the database is waited for, be it opened or one of the pool.")
  static let redisURL = SettingKey<String?>(
    "redis.url", .string("URL"),
    documentation: "The shared cache: redis://:password@host:port/0. Without it, each process caches for itself.")

  // What this process does
  static let roles = SettingKey(
    "roles", .list(of: .choice(["api", "ingest", "orchestrate"])), default: ["api", "ingest", "orchestrate"],
    documentation: "The parts of the service that this process runs.")
  static let lanes = SettingKey(
    "lanes", .list(of: .choice(["price", "setup", "bulk"])), default: ["price", "setup", "bulk"],
    documentation: "The lanes that this process works in.")
  static let systemsFile = SettingKey<String?>(
    "systems.file", .path,
    documentation: "The downstream systems: addresses, dependencies, snippets. Needed by “serve”.")
  static let specsDirectory = SettingKey<String?>(
    "specs.dir", .path, documentation: "Specs of grids, over those that are built in.")
  static let adminKey = SettingKey<Secret?>(
    "admin.key", .secret, documentation: "The first operator's key.")
  static let stopGrace = SettingKey(
    "stop.grace", .duration(), default: .seconds(30),
    documentation: "How long a stop may take to finish what is in flight; what is left is ended within 25 s more.")
  static let logLevel = SettingKey(
    "log.level", .choice(["debug", "info", "notice", "warning", "error"]), default: "info",
    documentation: "The least level that is logged.")
  static let logFormat = SettingKey(
    "log.format", .choice(["auto", "json", "text"]), default: "auto",
    documentation: "How log lines look: auto is text on a terminal, JSON elsewhere.")

  // Ingest
  static let ingestReaders = SettingKey(
    "ingest.readers", .int(1...8), default: 2, documentation: "Consumers of the incoming topics, per process.")
  static let ingestTopicBatch = SettingKey(
    "ingest.batch", .int(1...10_000), default: 1_000, documentation: "Events in one transaction.")
  static let ingestFeedBatch = SettingKey(
    "ingest.feed.batch", .int(1...10_000), default: 1_000, documentation: "Rows of a feed in one transaction.")
  static let ingestFeedBatchBytes = SettingKey(
    "ingest.feed.batch.bytes", .size((64 << 10)...(256 << 20)), default: 4 << 20,
    documentation: "Bytes of text of such rows, beyond which a transaction has fewer of them.")
  static let ingestParallelFeeds = SettingKey(
    "ingest.feed.parallel", .int(1...256), default: 16, documentation: "Feeds that are read at once, per process.")
  static let ingestBacklog = SettingKey(
    "ingest.backlog", .int(100...100_000_000), default: 100_000,
    documentation:
      "Messages waiting in lane “setup” beyond which feeds wait, and in “bulk” beyond which resends do. Prices never do."
  )
  static let leaseTimeout = SettingKey(
    "lease.timeout", .duration(), default: .seconds(60),
    documentation: "How long a dispatch may be without an outcome before it is looked for.")
  static let retryFor = SettingKey(
    "retry.for", .duration(), default: .seconds(86_400),
    documentation: "How long a setup is tried, from its first attempt.")
  static let bulkRetryFor = SettingKey(
    "retry.bulk", .duration(), default: .seconds(259_200), documentation: "The same for the bulk lane.")
  static let retryBackoff = SettingKey(
    "retry.backoff", .duration(), default: .seconds(1),
    documentation: "The pause before the second attempt; it doubles with each.")
  static let retryMaxBackoff = SettingKey(
    "retry.backoff.max", .duration(), default: .seconds(300), documentation: "The longest such pause.")
  static let feedMaxBytes = SettingKey(
    "feed.max.bytes", .size(), default: 1 << 30, documentation: "The largest grid that is taken.")
  static let feedMaxOpen = SettingKey(
    "feed.max.open", .int(1...100_000), default: 100, documentation: "Feeds of one merchant that may be open.")
  static let feedDeadline = SettingKey(
    "feed.deadline", .duration(), default: .seconds(7_200), documentation: "A feed's service level.")
  static let feedRetention = SettingKey(
    "feed.retention", .duration(.seconds(86_400)...(.seconds(3_650 * 86_400))), default: .seconds(30 * 86_400),
    documentation: "How long a feed, its file, rows and issues are kept after its end.")
  static let gridMaxCellBytes = SettingKey(
    "grid.max.cell.bytes", .size((1 << 10)...(64 << 20)), default: 128 << 10,
    documentation: "Bytes of one cell of a grid; a grid with a larger one is read up to there.")
  static let gridMaxRowBytes = SettingKey(
    "grid.max.row.bytes", .size((1 << 10)...(256 << 20)), default: 1 << 20, documentation: "Bytes of one row of a grid."
  )
  static let gridMaxColumns = SettingKey(
    "grid.max.columns", .int(1...16_384), default: 16_384, documentation: "Cells of one row of a grid.")
  static let gridHeaderRows = SettingKey(
    "grid.header.rows", .int(1...1_000), default: 20,
    documentation: "Rows from the top of a grid in which its header is looked for.")
  static let workbookMaxSheetBytes = SettingKey(
    "workbook.max.sheet.bytes", .size((1 << 20)...(1 << 40)), default: 2 << 30,
    documentation: "Bytes to which the sheet of a workbook (XLSX) may unpack, and that its cells may have together.")
  static let workbookMaxStringsBytes = SettingKey(
    "workbook.max.strings.bytes", .size((1 << 20)...(4 << 30 - 1 << 10)), default: 1 << 30,
    documentation: "Bytes to which its table of texts may unpack.")
  static let workbookMaxPartBytes = SettingKey(
    "workbook.max.part.bytes", .size((64 << 10)...(1 << 30)), default: 16 << 20,
    documentation: "Bytes to which each of its other parts may unpack.")
  static let workbookMaxTotalBytes = SettingKey(
    "workbook.max.total.bytes", .size((1 << 20)...(1 << 40)), default: 4 << 30,
    documentation: "Bytes to which all its parts may unpack.")
  static let workbookMaxCells = SettingKey(
    "workbook.max.cells", .int(1_000...20_000_000_000), default: 500_000_000,
    documentation: "Cells of a sheet, empty ones between others included.")
  static let workbookMaxSheets = SettingKey(
    "workbook.max.sheets", .int(1...65_536), default: 255,
    documentation: "Sheets that are looked at for the one whose header fits.")
  static let workbookStringsMemory = SettingKey(
    "workbook.strings.memory", .size((64 << 10)...(4 << 30)), default: 8 << 20,
    documentation: "Bytes of a workbook's texts that are held in memory; the rest is in scratch.dir.")
  static let scratchDirectory = SettingKey<String?>(
    "scratch.dir", .path,
    documentation:
      "A folder for temporary files: workbooks while they are read, and keys of rows. Else TMPDIR, else /var/tmp.")
  static let scratchMaxBytes = SettingKey(
    "scratch.max.bytes", .size((1 << 20)...(1 << 50)), default: 16 << 30,
    documentation:
      "Bytes that the temporary files of this process may have together; a feed that finds no room is tried again.")
  static let scratchMemory = SettingKey(
    "scratch.memory", .size((64 << 10)...(4 << 30)), default: 4 << 20,
    documentation: "Bytes of a feed's keys of rows that are held in memory; the rest is in scratch.dir.")
  static let itemMaxWindows = SettingKey(
    "item.max.windows", .int(1...100_000), default: 2_000, documentation: "Ship node windows of one item.")
  static let itemMaxBytes = SettingKey(
    "item.max.bytes", .size(), default: 512 * 1024, documentation: "Bytes of one item's attributes.")
  static let historyDays = SettingKey(
    "history.days", .int(1...3_650), default: 30, unit: "days", documentation: "How long items' history is kept.")

  // Orchestrate
  static let lanePool = SettingKey(
    "lane.pool", .int(1...100_000), default: 512, documentation: "Messages in flight in each lane, per process.")

  static let table = SettingTable([
    httpHost.declaration, httpPort.declaration, httpPublic.declaration, kafkaBootstrap.declaration,
    kafkaProperties.declaration, kafkaGroupPrefix.declaration, kafkaTopicsPrefix.declaration,
    kafkaPartitions.declaration, kafkaReplication.declaration, kafkaRack.declaration, postgresURL.declaration,
    postgresPool.declaration, postgresTimeout.declaration, redisURL.declaration, roles.declaration, lanes.declaration,
    systemsFile.declaration,
    specsDirectory.declaration, adminKey.declaration, stopGrace.declaration, logLevel.declaration,
    logFormat.declaration, ingestReaders.declaration, ingestTopicBatch.declaration, ingestFeedBatch.declaration,
    ingestFeedBatchBytes.declaration,
    ingestParallelFeeds.declaration, ingestBacklog.declaration, leaseTimeout.declaration, retryFor.declaration,
    bulkRetryFor.declaration, retryBackoff.declaration, retryMaxBackoff.declaration, feedMaxBytes.declaration,
    feedMaxOpen.declaration, feedDeadline.declaration, feedRetention.declaration,
    gridMaxCellBytes.declaration, gridMaxRowBytes.declaration, gridMaxColumns.declaration, gridHeaderRows.declaration,
    workbookMaxSheetBytes.declaration, workbookMaxStringsBytes.declaration, workbookMaxPartBytes.declaration,
    workbookMaxTotalBytes.declaration, workbookMaxCells.declaration, workbookMaxSheets.declaration,
    workbookStringsMemory.declaration, scratchDirectory.declaration, scratchMaxBytes.declaration,
    scratchMemory.declaration, itemMaxWindows.declaration, itemMaxBytes.declaration, historyDays.declaration,
    lanePool.declaration,
  ])
}
