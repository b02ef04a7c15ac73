internal import Arguments
internal import FeedIngestor
internal import Foundation
internal import HTTPServer
internal import Ingress
internal import ItemModel
internal import KafkaClient
internal import Orchestrator
internal import PostgresClient
internal import Settings
internal import SpecParser
internal import Telemetry

/// Reads the configuration of a command: file, environment, arguments.
enum Configuration {
  static let file = Argument<String?>.option(
    "config", .path, short: "c", help: "A YAML file with the configuration.")

  /// `--http.port 8080` and the like.
  static let openOptions = OpenOptions(
    "KEY VALUE", help: "Any key of the configuration; see “config keys”.", known: Keys.table.declarations.map(\.name)
  ) { name in Keys.table.declaration(for: name) != nil }

  /// Variables with the prefix that are no settings of the service.
  private static let otherVariables: Set<String> = ["HYPERLOOP_URL", "HYPERLOOP_KEY", "HYPERLOOP_MERCHANT"]

  /// - Parameter fallbacks: what counts where the user says nothing, instead of the keys' own defaults.
  static func read(_ parsed: ParsedArguments, fallbacks: [Assignment] = []) throws -> Settings {
    var source: (bytes: [UInt8], name: String)?
    if let path = parsed[file] { source = (try FileBytes.read(path, limit: 4 << 20), path) }
    func settings(_ arguments: [Assignment]) throws -> Settings {
      try Settings(
        Keys.table, file: source, environment: ProcessEnvironment.variables(), ignoredVariables: otherVariables,
        arguments: arguments)
    }
    let said = try settings(parsed.openOptions)
    let unsaid = fallbacks.filter { said.origin(of: $0.name) == .byDefault }
    return unsaid.isEmpty ? said : try settings(unsaid + parsed.openOptions)
  }
}

/// Files that people name on the command line.
enum FileBytes {
  /// - Throws: `FileError` with the reason.
  static func read(_ path: String, limit: Int = .max) throws(FileError) -> [UInt8] {
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? handle.close() }
      var bytes: [UInt8] = []
      // In pieces, since a grid may be as large as a good part of the memory.
      while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
        bytes += piece
        guard bytes.count <= limit else { throw FileError(path: path, reason: "larger than \(limit) bytes") }
      }
      return bytes
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path: path, cause: error)
    }
  }
}

/// Why a file cannot be read.
struct FileError: Error, CustomStringConvertible {
  let path: String
  let reason: String

  init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  init(path: String, cause: any Error) {
    let code = (cause as? CocoaError)?.code
    let isMissing = code == .fileReadNoSuchFile || code == .fileNoSuchFile
    self.init(path: path, reason: isMissing ? "there is no such file" : (cause as NSError).localizedDescription)
  }

  var description: String { "\(path) cannot be read: \(reason)" }
}

extension Settings {
  func postgres(_ url: String) -> PostgresConfiguration {
    var configuration = PostgresConfiguration(url: url)
    configuration.size = self[Keys.postgresPool]
    configuration.acquireTimeout = self[Keys.postgresTimeout]
    configuration.connectTimeout = self[Keys.postgresTimeout]
    return configuration
  }

  func kafka(_ bootstrap: String) -> KafkaConfiguration {
    var configuration = KafkaConfiguration(bootstrap: bootstrap)
    configuration.rack = self[Keys.kafkaRack]
    configuration.properties = self[Keys.kafkaProperties]
    return configuration
  }

  /// - Parameter grid: the same for the whole process, whose temporary files are counted together.
  func ingest(_ grid: GridLimits) -> IngestConfiguration {
    var ingest = IngestConfiguration()
    ingest.grid = grid
    ingest.topicBatch = self[Keys.ingestTopicBatch]
    ingest.feedBatch = self[Keys.ingestFeedBatch]
    ingest.feedBatchBytes = self[Keys.ingestFeedBatchBytes]
    ingest.parallelFeeds = self[Keys.ingestParallelFeeds]
    ingest.readers = self[Keys.ingestReaders]
    ingest.maxLaneBacklog = self[Keys.ingestBacklog]
    ingest.leaseTimeout = self[Keys.leaseTimeout]
    ingest.retryFor = self[Keys.retryFor]
    ingest.bulkRetryFor = self[Keys.bulkRetryFor]
    ingest.backoff = self[Keys.retryBackoff]
    ingest.maxBackoff = self[Keys.retryMaxBackoff]
    ingest.maxWindows = self[Keys.itemMaxWindows]
    ingest.maxItemBytes = self[Keys.itemMaxBytes]
    ingest.feedDeadline = self[Keys.feedDeadline]
    ingest.maxFeedBytes = self[Keys.feedMaxBytes]
    ingest.maxOpenFeedsPerMerchant = self[Keys.feedMaxOpen]
    ingest.feedRetention = self[Keys.feedRetention]
    ingest.historyDays = self[Keys.historyDays]
    return ingest
  }

  var orchestration: OrchestratorConfiguration {
    var orchestration = OrchestratorConfiguration()
    for lane in Lane.allCases { orchestration.pools[lane] = self[Keys.lanePool] }
    // The door has closed before, and the readers of the topics close after it.
    orchestration.drainLimit = self[Keys.stopGrace] * 2 / 3
    return orchestration
  }

  var ingress: IngressConfiguration {
    var ingress = IngressConfiguration()
    ingress.http.host = self[Keys.httpHost]
    ingress.http.port = self[Keys.httpPort]
    ingress.publicPaths = Set(self[Keys.httpPublic])
    ingress.maxFeedBytes = self[Keys.feedMaxBytes]
    return ingress
  }

  var logLevel: LogLevel {
    switch self[Keys.logLevel] {
    case "debug": .debug
    case "notice": .notice
    case "warning": .warning
    case "error": .error
    default: .info
    }
  }

  var logFormat: LogFormat? { LogFormat(rawValue: self[Keys.logFormat]) }
}
