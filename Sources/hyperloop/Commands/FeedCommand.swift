internal import Arguments
internal import FeedIngestor
internal import Foundation
internal import HTTPCaller
internal import JSONCodec
internal import ScratchFiles
internal import SpecParser

/// `hyperloop feed`: grids, from a merchant's side.
enum FeedCommand {
  static let command = Command(
    "feed", summary: "Submits and follows grids.", subcommands: [submit, watch, status, errors, validate])

  private static let file = Argument<String>.positional("FILE", .path, help: "The grid; - for the standard input.")
  private static let feed = Argument<String>.positional("FEED", .string("ID"), help: "The feed's id.")
  static let spec = Argument<String>.option("spec", .string("NAME"), default: "cost", help: "The kind of grid.")
  static let json = Argument<Bool>.flag("json", help: "Prints JSON, for scripts.")
  private static let watching = Argument<Bool>.flag("watch", help: "Follows the feed to its end.")
  private static let idempotencyKey = Argument<String?>.option(
    "idempotency-key", .string("TEXT"), help: "The same key and file again give the first answer.")

  private static let validating = Argument<Bool>.flag(
    "validate", help: "Only checks it, against what is stored too; nothing is applied.")
  private static let allOrNothing = Argument<Bool>.flag(
    "all-or-nothing", help: "One bad row holds back all of them.")

  private static let submit = Command(
    "submit", summary: "Sends a grid.",
    examples: [
      ("hyperloop feed submit costs.csv --watch", "progress, then the result and the issues by code"),
      ("hyperloop feed submit costs.csv --json", "the feed's id, for a script"),
      ("hyperloop feed submit costs.csv --validate --watch", "what the service would say of it"),
    ],
    arguments: [
      file.declaration, spec.declaration, validating.declaration, allOrNothing.declaration, watching.declaration,
      idempotencyKey.declaration, json.declaration,
    ] + ServiceClient.arguments
  ) { parsed in
    let client = ServiceClient(parsed)
    let pieces: FilePieces
    do { pieces = try FilePieces(parsed[file], space: .unlimited) } catch let error as ScratchFileError {
      throw StartError("\(error)", hint: "make room there, or name another folder by TMPDIR")
    }
    let feedID = try await FeedErrand(client: client).submit(
      try pieces.body(), named: pieces.name, spec: parsed[spec], mode: parsed[validating] ? .validate : .apply,
      policy: parsed[allOrNothing] ? .allOrNothing : .eachRow, idempotencyKey: parsed[idempotencyKey],
      showsProgress: !parsed[json])
    if !parsed[watching] {
      Terminal.output.print(parsed[json] ? "{\"feedId\":\"\(feedID)\"}" : "feed \(feedID) received")
      if !parsed[json] { Terminal.output.print("  follow it: hyperloop feed watch \(feedID)") }
      await client.close()
      return Program.success
    }
    return try await follow(feedID, client: client, json: parsed[json])
  }

  private static let watch = Command(
    "watch", summary: "Follows a feed to its end.",
    examples: [
      ("hyperloop feed watch 2707339a6c11b84cbf674d55403e4e4b", "progress, then the result; exit 1 if a row failed")
    ],
    arguments: [feed.declaration, json.declaration] + ServiceClient.arguments
  ) { parsed in
    let client = ServiceClient(parsed)
    // A wrong address or feed is told at once; only later the service is waited for.
    _ = try await FeedErrand(client: client).status(parsed[feed])
    return try await follow(parsed[feed], client: client, json: parsed[json])
  }

  private static let status = Command(
    "status", summary: "Shows how a feed stands.",
    examples: [("hyperloop feed status 2707339a6c11b84cbf674d55403e4e4b", "counts, systems, issues")],
    arguments: [feed.declaration, json.declaration] + ServiceClient.arguments
  ) { parsed in
    let client = ServiceClient(parsed)
    let status = try await FeedErrand(client: client).status(parsed[feed])
    await client.close()
    FeedReport.show(status, json: parsed[json])
    return Program.success
  }

  private static let output = Argument<String?>.option(
    "output", .path, short: "o",
    help:
      "Fetches the grid itself, in its own format, with what became of each row beside it. - is the standard output.")
  private static let rows = Argument<ErrorFile.Scope?>.option(
    "rows", .choice, help: "With a file: all rows, or those that failed, to correct and send again.")

  private static let errors = Command(
    "errors", summary: "Lists the rows of a feed that failed, with every bad cell and every system's refusal.",
    examples: [
      ("hyperloop feed errors 2707339a6c11b84cbf674d55403e4e4b", "line, column, value, code and what to do"),
      (
        "hyperloop feed errors 2707339a6c11b84cbf674d55403e4e4b --output again.csv --rows failed",
        "the rows that failed, to correct and send again"
      ),
    ],
    arguments: [feed.declaration, output.declaration, rows.declaration, json.declaration] + ServiceClient.arguments
  ) { parsed in
    if parsed[rows] != nil, parsed[output] == nil {
      throw UsageError("--rows needs --output", hint: "name a file: --output FILE, or - for the standard output")
    }
    if parsed[json], parsed[output] != nil {
      throw UsageError("--output and --json do not go together", hint: "the file has the grid's own format")
    }
    let client = ServiceClient(parsed)
    if let path = parsed[output] {
      try await FeedErrand(client: client).fetchErrors(parsed[feed], onlyFailed: parsed[rows] == .failed, to: path)
      await client.close()
      if path != OutputFile.standardOutput { Terminal.output.print("\(path) is written") }
    } else {
      try await listErrors(parsed[feed], client, json: parsed[json])
    }
    return Program.success
  }

  private static func listErrors(_ feedID: String, _ client: ServiceClient, json: Bool) async throws {
    var table = TextTable("LINE", "GTIN", "COLUMN OR SYSTEM", "VALUE", "CODE", "WHAT TO DO")
    for status in ["DATA_ERROR", "SYSTEM_ERROR", "TIMEOUT_ERROR"] {
      var cursor = ""
      repeat {
        let page = try await client.get(
          "/v1/feeds/\(HTTPRequest.percentEncoded(feedID))/items?status=\(status)&limit=1000\(cursor)")
        if json { Terminal.output.print(String(decoding: page.rawBytes, as: UTF8.self)) }
        for item in page["items"]?.elements.map({ $0 }) ?? [] { FeedReport.add(item, to: &table) }
        cursor = page["nextCursor"]?.string.map { "&cursor=\($0)" } ?? ""
      } while !cursor.isEmpty
    }
    await client.close()
    if !json { Terminal.output.write(table.text()) }
  }

  private static let objects = Argument<String?>.option(
    "objects", .path,
    help:
      "Writes the data objects there, one item per line. An item has a line more for each 50,000 rows (fewer, if they have much text) over which it is spread."
  )
  private static let errorFile = Argument<String?>.option(
    "errors", .path,
    help: "Writes the grid there, in its own format, with what is to be said of each row beside it.")

  private static let validate = Command(
    "validate", summary: "Checks a grid without sending it. No server is needed.",
    discussion: """
      The configuration says where specs and temporary files are (specs.dir, scratch.dir), and how large a grid's parts \
      may be (grid.…, workbook.…).
      """,
    examples: [
      ("hyperloop feed validate costs.csv --spec cost", "every bad cell; exit 1 if a row failed"),
      ("hyperloop feed validate costs.xlsx --errors again.xlsx --rows failed", "the rows to correct, as a workbook"),
    ],
    arguments: [
      file.declaration, spec.declaration, allOrNothing.declaration, objects.declaration, errorFile.declaration,
      rows.declaration, json.declaration, Configuration.file.declaration,
    ], openOptions: Configuration.openOptions
  ) { parsed in
    if parsed[rows] != nil, parsed[errorFile] == nil {
      throw UsageError("--rows needs --errors", hint: "name a file: --errors FILE, or - for the standard output")
    }
    let destinations = [parsed[json] ? OutputFile.standardOutput : nil, parsed[errorFile], parsed[objects]]
    if destinations.count(where: { $0 == OutputFile.standardOutput }) > 1 {
      throw UsageError("two things cannot go to the standard output", hint: "name a file in place of -")
    }
    let settings = try Configuration.read(parsed)
    let spec: Spec
    do { spec = try SpecsSource.read(settings).inUse(parsed[Self.spec]) } catch let error as FeedParserError {
      throw UsageError(error.what, hint: error.hint)
    }
    let outputs = FeedValidation.Outputs(
      objects: parsed[objects], errors: parsed[errorFile], scope: parsed[rows] ?? .all,
      policy: parsed[allOrNothing] ? .allOrNothing : .eachRow, json: parsed[json])
    var validation = try FeedValidation(file: parsed[file], spec: spec, limits: settings.grid, outputs: outputs)
    return try await validation.run()
  }

  private static func follow(_ feedID: String, client: ServiceClient, json: Bool) async throws -> Int32 {
    let status = try await FeedErrand(client: client).watch(feedID, showsProgress: !json)
    await client.close()
    FeedReport.show(status, json: json)
    return (status["itemsFailed"]?.int64 ?? 0) == 0 && status["feedStatus"]?.string == "PROCESSED"
      ? Program.success : Program.failed
  }
}
