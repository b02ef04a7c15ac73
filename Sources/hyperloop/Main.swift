internal import Arguments
internal import Glibc

/// The program: its commands, and nothing else.
@main
struct Hyperloop {
  static let version = "0.1.0"

  static func main() async {
    // A client that closes its connection is an answer to a write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    exit(await Program(root, version: version).run(Array(CommandLine.arguments.dropFirst())))
  }

  private static let root = Command(
    "hyperloop", summary: "Brings every item to every system that needs it.",
    discussion: """
      Hyperloop takes merchants' grids, other producers' items and prices, and brings each internal system its part, in \
      the right order, exactly as often as needed.
      """,
    examples: [
      ("hyperloop dev --demo", "everything on this machine, with servers of its own; a grid goes through"),
      ("hyperloop feed submit costs.csv --watch", "send a grid and watch it arrive"),
      ("hyperloop serve --config hyperloop.yaml", "the service"),
    ],
    subcommands: [
      DevCommand.command, ServeCommand.command, MigrateCommand.command, KeyCommand.command, FeedCommand.command,
      PriceCommand.command, DeadLetterCommand.command, SystemsCommand.command, SpecCommand.command,
      ConfigCommand.command, BenchCommand.command, KafkaCommand.command,
    ])
}
