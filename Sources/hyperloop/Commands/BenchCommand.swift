internal import Arguments
internal import Foundation
internal import JSONCodec
internal import LocalServers
internal import Settings
internal import TrialRun

/// `hyperloop bench`: a grid through the whole service, with all servers on this machine.
enum BenchCommand {
  private static let items = Argument<Int>.option("items", .int(1...10_000_000), default: 20_000, help: "Items.")
  private static let nodes = Argument<Int>.option("nodes", .int(1...20), default: 5, help: "Ship nodes of each item.")
  private static let kafka = Argument<String?>.option(
    "kafka", .path,
    help: "A Kafka distribution with bin/local-cluster.sh (KAFKA_HOME); without one, the embedded cluster serves.")
  private static let directory = Argument<String>.option(
    "directory", .path, default: "/var/tmp/hyperloop-bench",
    help: "Where the servers keep their data, with the process's number behind; removed at the end.")
  private static let again = Argument<Bool>.flag("again", help: "Sends the same grid a second time.")
  private static let kills = Argument<Int>.option(
    "kills", .int(0...9), default: 0, help: "How often the service is ended by kill -9 in mid-feed.")

  static let command = Command(
    "bench", summary: "Sends a made-up grid through the service and all its servers on this machine.",
    discussion: """
      Starts a private PostgreSQL (durable), Redis and Kafka, the reference systems and the service, each a process of \
      its own; sends the grid; compares what every system holds with an expectation computed by itself; prints rates, \
      memory, and where the processor time went.
      """,
    examples: [
      ("hyperloop bench", "100,000 rows: 20,000 items with 5 ship nodes each"),
      ("hyperloop bench --kills 3", "the same, through three crashes of the service"),
      ("KAFKA_HOME=/opt/kafka hyperloop bench --again", "on a real Kafka; the second time nothing is sent"),
    ],
    arguments: [
      items.declaration, nodes.declaration, kafka.declaration, directory.declaration, again.declaration,
      kills.declaration,
      FeedCommand.json.declaration,
    ], openOptions: Configuration.openOptions
  ) { parsed in
    let home = parsed[kafka] ?? ProcessEnvironment.variables()["KAFKA_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    let directory = try ClaimedDirectory("\(parsed[directory])-\(getpid())")
    // Also when the bench fails, or is ended by a signal.
    let guardian = try await ChildProcess.removeAtParentsEnd(directory.path)
    defer { withExtendedLifetime((directory, guardian)) {} }
    var options = TrialStand.Options(program: try ownProgram(), directory: directory.path)
    options.kafka = home.map { .real(home: $0) } ?? .embedded
    options.settings = Dictionary(parsed.openOptions.map { ($0.name, $0.value) }) { $1 }
    let progress = ProgressLine()
    progress.show("starting PostgreSQL, Redis, Kafka, the systems and the service …")
    let stand = try await TrialStand.start(options)
    do {
      progress.show("warming up …")
      // Other items of another merchant: consumers get their partitions, and caches of code and connections fill.
      let warmUp = TrialGrid(items: 500, nodes: 2, first: 900_000_000)
      try await stand.waitForFeed(try await stand.submit(warmUp.csv(), merchant: "warm-up"), merchant: "warm-up")
      let grid = TrialGrid(items: parsed[items], nodes: parsed[nodes])
      var rounds = [try await BenchRound.run(stand, grid, kills: parsed[kills], progress: progress)]
      if parsed[again] { rounds.append(try await BenchRound.run(stand, grid, progress: progress)) }
      await stand.stop()
      progress.clear()
      for round in rounds { round.show(json: parsed[FeedCommand.json]) }
      return rounds.allSatisfy { $0.differences.isEmpty } ? Program.success : Program.failed
    } catch {
      progress.clear()
      await stand.stop()
      throw error
    }
  }

  /// This very program, for the processes that it starts.
  private static func ownProgram() throws -> String {
    try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  }
}

/// One grid's way, measured.
struct BenchRound {
  let grid: TrialGrid
  let seconds: Double
  let uploadSeconds: Double
  let deliveries: Int64
  /// Deliveries of a version that was held already; of an older one, refused; and older ones taken, which must not be.
  let repeated: Int64
  let older: Int64
  let violations: Int64
  let usage: [(name: String, seconds: Double, peakBytes: Int)]
  let threads: [(name: String, seconds: Double)]
  let status: JSONValue
  let differences: [String]

  static func run(
    _ stand: TrialStand, _ grid: TrialGrid, kills: Int = 0, progress: ProgressLine
  ) async throws -> BenchRound {
    let bytes = grid.csv()
    let before = BenchUsage(stand, await stand.postgres.processID, await stand.redis.processID)
    let delivered = try await deliveries(stand)
    let start = ContinuousClock.now
    let feed = try await stand.submit(bytes)
    let uploaded = ContinuousClock.now
    progress.show("\(grid.rows) rows are on their way …")
    for kill in 0..<kills {
      try await wait(for: Int64(grid.rows * (kill + 1) / (kills + 1)), of: feed, stand)
      await stand.killService()
      try await stand.startService()
    }
    let status = try await stand.waitForFeed(feed, within: .seconds(3_600))
    let end = ContinuousClock.now
    let after = BenchUsage(stand, await stand.postgres.processID, await stand.redis.processID)
    progress.show("comparing what the systems hold …")
    let differences = try await stand.differences(from: TrialExpectation(grid))
    return BenchRound(
      grid: grid, seconds: (end - start).inSeconds, uploadSeconds: (uploaded - start).inSeconds,
      deliveries: try await deliveries(stand) - delivered, repeated: try await sum("repeated", stand),
      older: try await sum("older", stand), violations: try await sum("violations", stand),
      usage: after.processes(since: before),
      threads: after.threads(since: before), status: status, differences: differences)
  }

  /// Until so many of the feed's rows have ended.
  private static func wait(for rows: Int64, of feed: String, _ stand: TrialStand) async throws {
    while true {
      let status = try await stand.status(of: feed)
      let done = (status["itemsSucceeded"]?.int64 ?? 0) + (status["itemsFailed"]?.int64 ?? 0)
      if done >= rows || status["completedAt"] != nil { return }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  private static func deliveries(_ stand: TrialStand) async throws -> Int64 {
    try await sum("deliveries", stand)
  }

  /// A count, over all systems that a grid of costs reaches.
  private static func sum(_ name: String, _ stand: TrialStand) async throws -> Int64 {
    var sum: Int64 = 0
    for system in TrialExpectation.systems { sum += try await stand.statistics(of: system)[name] ?? 0 }
    return sum
  }

  func show(json: Bool) {
    let items = Double(grid.items) / seconds
    if json {
      var writer = JSONWriter()
      writer.beginObject()
      writer.field("items", Int64(grid.items))
      writer.field("rows", Int64(grid.rows))
      writer.field("milliseconds", Int64(seconds * 1_000))
      writer.field("itemsPerSecond", Int64(items))
      writer.field("deliveries", deliveries)
      writer.field("deliveriesPerSecond", Int64(Double(deliveries) / seconds))
      writer.field("repeated", repeated)
      writer.field("older", older)
      writer.field("violations", violations)
      writer.field("differences", Int64(differences.count))
      writer.name("feed")
      writer.value(status)
      writer.endObject()
      return Terminal.output.print(String(decoding: writer.bytes, as: UTF8.self))
    }
    let out = Terminal.output
    out.print("\(grid.items) items, \(grid.rows) rows, in \(text(seconds)) s (upload \(text(uploadSeconds)) s)")
    out.print("  \(Int(items)) items/s, \(Int(Double(grid.rows) / seconds)) rows/s")
    out.print("  \(deliveries) deliveries, \(Int(Double(deliveries) / seconds)) a second")
    out.print("  repeated: \(repeated), refused as older: \(older), older taken after newer: \(violations)")
    out.print("  sends avoided: \(status["sendsAvoided"]?.int64 ?? 0)")
    var table = TextTable([
      ("PROCESS", .left), ("CPU SECONDS", .right), ("µs AN ITEM", .right), ("PEAK MEMORY", .right),
    ])
    for process in usage {
      table.add([
        process.name, text(process.seconds), String(Int(process.seconds * 1e6 / Double(grid.items))),
        "\(process.peakBytes >> 20) MiB",
      ])
    }
    out.write(table.text())
    var busiest = TextTable([("THREAD OF THE SERVICE", .left), ("CPU SECONDS", .right)])
    for thread in threads.prefix(12) { busiest.add([thread.name, text(thread.seconds)]) }
    out.write(busiest.text())
    out.print(
      differences.isEmpty
        ? "every system holds what it should" : "WRONG CONTENT:\n" + differences.joined(separator: "\n"))
  }

  private func text(_ seconds: Double) -> String { String(format: "%.2f", seconds) }
}

/// What all processes of a stand have used.
struct BenchUsage {
  private var all: [(name: String, usage: ProcessUsage)] = []

  init(_ stand: TrialStand, _ postgres: Int32?, _ redis: Int32?) {
    let processes: [(String, Int32?)] = [
      ("service", stand.serviceProcess), ("systems", stand.systemsProcess), ("PostgreSQL", postgres),
      ("Redis", redis), ("Kafka", stand.kafkaProcess),
    ]
    for (name, process) in processes {
      if let process, let usage = ProcessUsage.tree(of: process) { all.append((name, usage)) }
    }
  }

  func processes(since before: BenchUsage) -> [(name: String, seconds: Double, peakBytes: Int)] {
    all.map { entry in
      let earlier = before.all.first { $0.name == entry.name }?.usage.processorSeconds ?? 0
      return (entry.name, entry.usage.processorSeconds - earlier, entry.usage.peakBytes)
    }
  }

  func threads(since before: BenchUsage) -> [(name: String, seconds: Double)] {
    guard let now = all.first(where: { $0.name == "service" })?.usage.threads else { return [] }
    let earlier = before.all.first { $0.name == "service" }?.usage.threads ?? [:]
    return now.map { ($0.key, $0.value - (earlier[$0.key] ?? 0)) }.sorted { $0.1 > $1.1 }
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
