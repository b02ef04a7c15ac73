internal import Arguments
internal import KafkaClient
internal import Lifecycle
internal import Telemetry

/// `hyperloop kafka`: the embedded cluster as a process of its own, for trial and tests.
enum KafkaCommand {
  private static let topics = Argument<[String]>.option(
    "topics", .list(of: .string("NAME:PARTITIONS")), default: [], help: "Topics to make.")

  static let command = Command(
    "kafka", summary: "Runs the embedded Kafka cluster by itself, for trial and tests.",
    discussion: "It keeps nothing on disk, about 5 MB a partition in memory, and has a new identity at each start.",
    examples: [("hyperloop kafka --topics item-setup:4,acks:4", "prints the bootstrap address, serves until Ctrl-C")],
    arguments: [topics.declaration]
  ) { parsed in
    let log = LogWriter()
    defer { log.stop() }
    let cluster = try EmbeddedKafka()
    for topic in parsed[topics] {
      let parts = topic.split(separator: ":")
      guard parts.count == 2, let count = Int(parts[1]), count > 0 else {
        throw UsageError("“\(topic)” is not NAME:PARTITIONS")
      }
      try cluster.createTopic(String(parts[0]), partitions: count)
    }
    Terminal.output.print("bootstrap \(cluster.bootstrap)")
    let wait = ClosureService("kafka", whenFinished: .stopGroup) { run in
      run.ready()
      await run.shutdown.wait()
    }
    try await ServiceGroup([wait], logger: Logger(label: "kafka", level: .warning, sink: log)).run()
    cluster.stop()
    return Program.success
  }
}
