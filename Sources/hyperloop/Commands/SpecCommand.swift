internal import Arguments
internal import FeedIngestor
internal import ScratchFiles
internal import SpecParser

/// `hyperloop spec`: descriptions of grids.
enum SpecCommand {
  static let command = Command(
    "spec", summary: "Checks descriptions of grids, and makes empty grids of them.", subcommands: [check, template])

  private static let file = Argument<String>.positional("FILE", .path, help: "A spec in YAML.")

  private static let check = Command(
    "check", summary: "Tells every mistake in a spec, with its line.",
    examples: [("hyperloop spec check cost.yaml", "exit 1 if there is a mistake")], arguments: [file.declaration]
  ) { parsed in
    let spec = try SpecFile.read(try FileBytes.read(parsed[file], limit: 4 << 20), file: parsed[file])
    Terminal.output.print("\(parsed[file]): “\(spec.identifier)” with \(spec.columns.count) columns is in order")
    return Program.success
  }

  private static let name = Argument<String>.positional("NAME", .string, help: "The kind of grid, such as cost.")
  private static let xlsx = Argument<Bool>.flag(
    "xlsx", help: "A workbook: cells that stay text, choices that drop down, and a sheet that explains the columns.")
  private static let csv = Argument<Bool>.flag("csv", help: "Comma-separated values: the header.")
  private static let output = Argument<String>.option(
    "output", .path, default: OutputFile.standardOutput, short: "o",
    help: "Where it goes; - is the standard output. A name that ends with .xlsx asks for a workbook.")

  private static let template = Command(
    "template", summary: "Makes an empty grid to fill in.",
    examples: [
      ("hyperloop spec template cost --output cost.xlsx", "a workbook"),
      ("hyperloop spec template cost --csv", "the header, on the standard output"),
    ],
    arguments: [
      name.declaration, xlsx.declaration, csv.declaration, output.declaration, Configuration.file.declaration,
    ], openOptions: Configuration.openOptions
  ) { parsed in
    if parsed[xlsx], parsed[csv] { throw UsageError("--xlsx and --csv do not go together", hint: "leave one out") }
    let isWorkbook = parsed[xlsx] || !parsed[csv] && parsed[output].lowercased().hasSuffix(".xlsx")
    if isWorkbook, parsed[output] == OutputFile.standardOutput, Terminal.output.isTerminal {
      throw UsageError("a workbook is nothing for a terminal", hint: "name a file: --output cost.xlsx")
    }
    let settings = try Configuration.read(parsed)
    let spec: Spec
    do { spec = try SpecsSource.read(settings).inUse(parsed[name]) } catch let error as FeedParserError {
      throw UsageError(error.what, hint: error.hint)
    }
    let bytes: [UInt8]
    do { bytes = try FeedFiles.template(spec, isWorkbook ? .xlsx : .csv, limits: settings.grid) } catch {
      throw StartError.noScratch(error)
    }
    let file = try OutputFile(parsed[output])
    try file.write(bytes)
    try file.finish()
    if parsed[output] != OutputFile.standardOutput { Terminal.output.print("\(parsed[output]) is written") }
    return Program.success
  }
}
