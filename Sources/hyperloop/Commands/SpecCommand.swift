internal import Arguments
internal import SpecParser

/// `hyperloop spec`: descriptions of grids.
enum SpecCommand {
  static let command = Command("spec", summary: "Checks descriptions of grids.", subcommands: [check])

  private static let file = Argument<String>.positional("FILE", .path, help: "A spec in YAML.")

  private static let check = Command(
    "check", summary: "Tells every mistake in a spec, with its line.",
    examples: [("hyperloop spec check cost.yaml", "exit 1 if there is a mistake")], arguments: [file.declaration]
  ) { parsed in
    let spec = try SpecFile.read(try FileBytes.read(parsed[file], limit: 4 << 20), file: parsed[file])
    Terminal.output.print("\(parsed[file]): “\(spec.identifier)” with \(spec.columns.count) columns is in order")
    return Program.success
  }
}
