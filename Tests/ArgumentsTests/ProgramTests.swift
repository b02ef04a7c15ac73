import Arguments
import Synchronization
import Testing

/// What a run printed and did.
private final class Recorder: Sendable {
  private let state = Mutex<(output: String, errors: String, ran: String)>(("", "", ""))
  var output: String { state.withLock { $0.output } }
  var errors: String { state.withLock { $0.errors } }
  var ran: String { state.withLock { $0.ran } }
  func note(_ text: String) { state.withLock { $0.ran = text } }

  func program(_ root: Command) -> Program {
    Program(
      root, version: "1.2.3", width: 80, output: { text in self.state.withLock { $0.output += text } },
      errors: { text in self.state.withLock { $0.errors += text } })
  }
}

private struct Failure: Error, CustomStringConvertible {
  let description = "the server said no"
}

struct ProgramTests {
  private let recorder = Recorder()
  private let spec = Argument.required("spec", .choice(["cost", "price"]), help: "The kind of grid.")
  private let limit = Argument.option("limit", .int(1...1_000), default: 100, short: "n", help: "How many rows.")
  private let json = Argument.flag("json", help: "Prints JSON.")
  private let colour = Argument.flag("colour", default: true, help: "Colours.")
  private let set = Argument.repeated("set", .string("KEY=VALUE"), help: "Sets a key.")
  private let file = Argument.positional("FILE", .path, help: "The grid.")
  private let more = Argument.positionals("MORE", .path, isRequired: false, help: "More grids.")
  private let wait = Argument.option("wait", .duration(), help: "How long.")

  private var program: Program {
    let submit = Command(
      "submit", summary: "Sends a grid.", discussion: "One paragraph.\n\nAnother one.",
      examples: [("hyperloop feed submit costs.csv --spec cost", "Sends the grid costs.csv.")],
      arguments: [
        spec.declaration, limit.declaration, colour.declaration, set.declaration, file.declaration, more.declaration,
        wait.declaration,
      ]
    ) { [self] parsed in
      let wait = parsed[wait].map { "\($0)" } ?? "nil"
      recorder.note(
        "\(parsed[spec]) \(parsed[limit]) \(parsed[json]) \(parsed[colour]) \(parsed[set]) \(parsed[file]) "
          + "\(parsed[more]) \(wait) \(parsed.openOptions.map { "\($0.name)=\($0.value)" })")
      return parsed[limit] == 999 ? 1 : 0
    }
    let broken = Command("broken", summary: "Fails.") { _ in throw Failure() }
    let feed = Command("feed", summary: "Feeds.", subcommands: [submit, broken])
    let root = Command(
      "hyperloop", summary: "Sets items up.", arguments: [json.declaration],
      openOptions: OpenOptions("KEY VALUE", help: "Sets a key.", accepts: { $0.contains(".") }), subcommands: [feed])
    return recorder.program(root)
  }

  private func run(_ line: String) async -> Int32 {
    await program.run(line.split(separator: " ").map(String.init))
  }

  @Test(arguments: [
    ("feed submit a.csv --spec cost", "cost 100 false true [] a.csv [] nil []"),
    (
      "--json feed submit --spec=price -n 5 a b c --no-colour --set x=1 --set=y=2 --wait 2s",
      "price 5 true false [\"x=1\", \"y=2\"] a [\"b\", \"c\"] 2.0 seconds []"
    ),
    (
      "feed submit --spec cost --json --http.port 80 --kafka.x=--y -- --a -b",
      "cost 100 true true [] --a [\"-b\"] nil [\"http.port=80\", \"kafka.x=--y\"]"
    ),
    ("feed submit - --spec cost --limit=7", "cost 7 false true [] - [] nil []"),
  ])
  func linesAreRead(line: String, expected: String) async {
    #expect(await run(line) == 0)
    #expect(recorder.errors == "")
    #expect(recorder.ran == expected)
  }

  @Test(arguments: [
    ("", "hyperloop needs a command"), ("fed", "unknown command: fed (did you mean feed?)"),
    ("feed sumbit", "unknown command: sumbit (did you mean submit?)"),
    ("feed submit a", "--spec is missing"), ("feed submit --spec cost", "FILE is missing"),
    ("feed submit a --spec csot", "--spec: 'csot' is not one of cost, price (did you mean cost?)"),
    ("feed submit a --spec cost --limit 0", "--limit: '0' is not a whole number from 1 to 1000"),
    ("feed submit a --spec cost --limt 5", "unknown option: --limt (did you mean --limit?)"),
    ("feed submit a --spec cost --spec cost", "--spec is given more than once"),
    ("feed submit a --spec", "--spec needs a value"), ("feed submit a --spec cost --json=1", "--json takes no value"),
    ("feed submit a --spec cost -x", "unknown option: -x"), ("feed broken a", "unexpected argument: a"),
    ("feed submit --spec --limit", "--spec needs a value (a value that begins with dashes is written --spec=VALUE)"),
  ])
  func mistakesAreExplained(line: String, message: String) async {
    #expect(await run(line) == 2)
    let lines = recorder.errors.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0] == "error: \(message)")
    #expect(lines[1].hasPrefix("Usage: hyperloop"))
    #expect(lines[2].hasPrefix("Try 'hyperloop"))
    #expect(recorder.ran == "")
  }

  @Test func aProgramMayReadItsArgumentsAndGoOnByItself() {
    let rows = Argument<Int?>.optionalPositional("ROWS", .int(1...9), help: "How many; 5 unless given.")
    let program = recorder.program(
      Command("Benchmark", summary: "Reads.", arguments: [rows.declaration]) { _ in Program.failed })
    guard case .understood(let parsed) = program.read(["7"]), case .understood(let none) = program.read([]) else {
      Issue.record("right arguments are refused")
      return
    }
    #expect(parsed[rows] == 7 && none[rows] == nil && recorder.output.isEmpty)
    guard case .ended(Program.success) = program.read(["--help"]), recorder.output.contains("How many; 5 unless given.")
    else {
      Issue.record("no help: \(recorder.output)")
      return
    }
    guard case .ended(Program.usage) = program.read(["many"]), recorder.errors.contains("ROWS") else {
      Issue.record("no mistake: \(recorder.errors)")
      return
    }
  }

  @Test func exitCodesAreTheCommands() async {
    #expect(await run("feed submit a --spec cost --limit 999") == 1)
    #expect(await run("feed broken") == 1)
    #expect(recorder.errors == "error: the server said no\n")
    #expect(await run("--version") == 0)
    #expect(recorder.output == "hyperloop 1.2.3\n")
  }

  @Test(arguments: ["feed submit --help", "feed submit x -h", "help feed submit", "feed help submit"])
  func helpShowsEverything(line: String) async {
    #expect(await run(line) == 0)
    #expect(
      recorder.output == """
        Sends a grid.

        Usage: hyperloop feed submit [options] --spec cost|price FILE [MORE…]

        One paragraph.

        Another one.

        Arguments:
          FILE  The grid.
          MORE  More grids.

        Options:
          --json             Prints JSON.
          --spec cost|price  The kind of grid. (required)
          --limit, -n N      How many rows. (default: 100)
          --[no-]colour      Colours.
          --set KEY=VALUE    Sets a key. (may be repeated)
          --wait TIME        How long.
          --KEY VALUE        Sets a key.
          --help, -h         Shows this help.

        Examples:
          hyperloop feed submit costs.csv --spec cost
              Sends the grid costs.csv.

        """)
  }

  @Test func groupsListTheirCommands() async {
    #expect(await run("--help") == 0)
    #expect(recorder.output.contains("Usage: hyperloop [options] COMMAND\n"))
    #expect(recorder.output.contains("Commands:\n  feed  Feeds.\n"))
    #expect(recorder.output.contains("--version"))
    #expect(program.help(for: ["feed"])?.contains("broken  Fails.") == true)
    #expect(program.help(for: ["nothing"]) == nil)
  }
}
