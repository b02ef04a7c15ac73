internal import Arguments
internal import KafkaClient
internal import Settings
internal import Telemetry

/// `hyperloop dlq`: records that nobody could use.
///
/// What was replayed or discarded is behind the committed offset of a consumer group of its own; nothing is deleted.
enum DeadLetterCommand {
  static let command = Command(
    "dlq", summary: "Lists, shows, replays and discards dead letters.",
    discussion: "Dead letters stand in a topic's “.dlq”, with their origin and the reason as headers. Works on Kafka "
      + "(kafka.bootstrap).",
    subcommands: [list, show, replay, discard])

  private static let topic = Argument<String>.positional("TOPIC", .string("TOPIC"), help: "Such as item-setup.")
  private static let count = Argument<Int>.option(
    "count", .int(1...10_000), default: 100, help: "How many, the oldest first.")
  private static let shared = [Configuration.file.declaration]

  private static let list = Command(
    "list", summary: "Counts the dead letters of each topic.",
    examples: [("hyperloop dlq list -c hyperloop.yaml", "topics with dead letters that wait")], arguments: shared,
    openOptions: Configuration.openOptions
  ) { parsed in
    let desk = try DeadLetterDesk(try Configuration.read(parsed))
    var table = TextTable([("TOPIC", .left), ("WAITING", .right)])
    for entry in try await desk.counts() { table.add([entry.topic, String(entry.waiting)]) }
    Terminal.output.write(table.text())
    return Program.success
  }

  private static let show = Command(
    "show", summary: "Shows a topic's dead letters that wait.",
    examples: [("hyperloop dlq show -c hyperloop.yaml item-setup", "key, code, reason and value of each")],
    arguments: [topic.declaration, count.declaration] + shared, openOptions: Configuration.openOptions
  ) { parsed in
    let desk = try DeadLetterDesk(try Configuration.read(parsed))
    try await desk.visit(parsed[topic], upTo: parsed[count]) { letter in
      // What anybody could write into a topic must not speak to the operator's terminal.
      let lines = [
        "\(letter.header("X-Dead-Letter-Code")) at \(letter.header("X-Dead-Letter-Time")), "
          + "offset \(letter.header("X-Dead-Letter-Offset")): \(letter.header("X-Dead-Letter-Reason"))",
        "  key   \(String(decoding: letter.message.key ?? [], as: UTF8.self))",
        "  value \(String(decoding: (letter.message.value ?? []).prefix(2_000), as: UTF8.self))",
      ]
      for line in lines { Terminal.output.print(line.withoutControls) }
    }
    return Program.success
  }

  private static let replay = Command(
    "replay", summary: "Sends a topic's dead letters to it once more.",
    examples: [("hyperloop dlq replay -c hyperloop.yaml item-setup --count 10", "the ten oldest")],
    arguments: [topic.declaration, count.declaration] + shared, openOptions: Configuration.openOptions
  ) { parsed in
    let desk = try DeadLetterDesk(try Configuration.read(parsed))
    let done = try await desk.replay(parsed[topic], upTo: parsed[count])
    Terminal.output.print("replayed \(done)")
    return Program.success
  }

  private static let discard = Command(
    "discard", summary: "Puts a topic's dead letters aside.",
    examples: [
      (
        "hyperloop dlq discard -c hyperloop.yaml item-setup --count 10",
        "they stay in the topic, but are listed no more"
      )
    ],
    arguments: [topic.declaration, count.declaration] + shared, openOptions: Configuration.openOptions
  ) { parsed in
    let desk = try DeadLetterDesk(try Configuration.read(parsed))
    let done = try await desk.discard(parsed[topic], upTo: parsed[count])
    Terminal.output.print("discarded \(done)")
    return Program.success
  }
}
