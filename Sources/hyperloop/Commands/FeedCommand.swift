internal import Arguments
internal import Foundation
internal import HTTPCaller
internal import JSONCodec

/// `hyperloop feed`: grids, from a merchant's side.
enum FeedCommand {
  static let command = Command(
    "feed", summary: "Submits and follows grids.", subcommands: [submit, watch, status, errors, validate])

  private static let file = Argument<String>.positional("FILE", .path, help: "The grid.")
  private static let feed = Argument<String>.positional("FEED", .string("ID"), help: "The feed's id.")
  static let spec = Argument<String>.option("spec", .string("NAME"), default: "cost", help: "The kind of grid.")
  static let json = Argument<Bool>.flag("json", help: "Prints JSON, for scripts.")
  private static let watching = Argument<Bool>.flag("watch", help: "Follows the feed to its end.")
  private static let idempotencyKey = Argument<String?>.option(
    "idempotency-key", .string("TEXT"), help: "The same key and file again give the first answer.")

  private static let submit = Command(
    "submit", summary: "Sends a grid.",
    examples: [
      ("hyperloop feed submit costs.csv --watch", "progress, then the result and the issues by code"),
      ("hyperloop feed submit costs.csv --json", "the feed's id, for a script"),
    ],
    arguments: [
      file.declaration, spec.declaration, watching.declaration, idempotencyKey.declaration, json.declaration,
    ] + ServiceClient.arguments
  ) { parsed in
    let client = ServiceClient(parsed)
    let bytes = try FileBytes.read(parsed[file])
    let feedID = try await FeedErrand(client: client).submit(
      bytes, spec: parsed[spec], idempotencyKey: parsed[idempotencyKey])
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

  private static let errors = Command(
    "errors", summary: "Lists the rows of a feed that failed, with every bad cell and every system's refusal.",
    examples: [("hyperloop feed errors 2707339a6c11b84cbf674d55403e4e4b", "line, column, value, code and what to do")],
    arguments: [feed.declaration, json.declaration] + ServiceClient.arguments
  ) { parsed in
    let client = ServiceClient(parsed)
    var table = TextTable("LINE", "GTIN", "COLUMN OR SYSTEM", "VALUE", "CODE", "WHAT TO DO")
    for status in ["DATA_ERROR", "SYSTEM_ERROR", "TIMEOUT_ERROR"] {
      var cursor = ""
      repeat {
        let page = try await client.get(
          "/v1/feeds/\(HTTPRequest.percentEncoded(parsed[feed]))/items?status=\(status)&limit=1000\(cursor)")
        if parsed[json] { Terminal.output.print(String(decoding: page.rawBytes, as: UTF8.self)) }
        for item in page["items"]?.elements.map({ $0 }) ?? [] { FeedReport.add(item, to: &table) }
        cursor = page["nextCursor"]?.string.map { "&cursor=\($0)" } ?? ""
      } while !cursor.isEmpty
    }
    await client.close()
    if !parsed[json] { Terminal.output.write(table.text()) }
    return Program.success
  }

  private static let objects = Argument<String?>.option(
    "objects", .path, help: "Writes the data objects there, one item per line.")

  private static let specs = Argument<String?>.option(
    "specs.dir", .path, help: "A folder with specs, over those that are built in.")

  private static let validate = Command(
    "validate", summary: "Checks a grid without sending it. No server is needed.",
    examples: [("hyperloop feed validate costs.csv --spec cost", "every bad cell; exit 1 if a row failed")],
    arguments: [
      file.declaration, spec.declaration, specs.declaration, objects.declaration, json.declaration,
    ]
  ) { parsed in
    try FeedValidation.run(
      file: parsed[file], spec: parsed[spec], specs: try SpecsSource.read(directory: parsed[specs]),
      objects: parsed[objects], json: parsed[json])
  }

  private static func follow(_ feedID: String, client: ServiceClient, json: Bool) async throws -> Int32 {
    let status = try await FeedErrand(client: client).watch(feedID, showsProgress: !json)
    await client.close()
    FeedReport.show(status, json: json)
    return (status["itemsFailed"]?.int64 ?? 0) == 0 && status["feedStatus"]?.string == "PROCESSED"
      ? Program.success : Program.failed
  }
}
