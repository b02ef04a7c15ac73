internal import Arguments
internal import FeedIngestor
internal import Foundation
internal import HTTPCaller
internal import ItemModel
internal import JSONCodec
internal import Lifecycle
internal import ReferenceSystems
internal import Telemetry

/// Walks through a running `hyperloop dev` as a merchant would: sends a grid of two rows, waits, and shows what each
/// system holds; then tells where to look next.
struct DevVisitor: Service {
  let name = "demo"
  let whenFinished = FinishPolicy.stopGroup
  let address: @Sendable () -> String
  let key: String
  /// Whether the key may be printed: one that the user gave may not.
  let isKeyShown: Bool
  let systems: [ReferenceSystems.Address]
  let showsDemo: Bool
  /// Ends everything after the demo, instead of serving on.
  let ends: Bool

  /// The grid of the demo: the check digits are wrong on purpose, since grids like that are what merchants send.
  static let grid = """
    Item Gtin,Shipnode ID,Unit Cost,Allow other merchants to change cost,Cost Start Date,Cost End Date
    062145556123,1234589,$39.88,Yes,4-11-19,4-21-19
    012378912355,4522312,$21.24,No,4-08-19,4-11-19

    """
  private static let merchant = "acme"
  private static let gtins = ["00062145556123", "00012378912355"]
  /// The systems that a grid of costs reaches.
  private static let reached = ["pricing", "supplier", "cost", "logistics"]

  func run(_ run: ServiceRun) async throws {
    run.ready()
    let out = Terminal.output
    if showsDemo {
      let client = ServiceClient(base: address(), key: key, merchant: DevVisitor.merchant)
      let isDone: Void?
      do {
        isDone = try await run.shutdown.cancelling { try await demonstrate(client) }
      } catch {
        await client.close()
        throw error
      }
      await client.close()
      if ends || isDone == nil { return }
    }
    out.print("")
    out.print("serving at \(address()); Ctrl-C ends it. In another terminal:")
    let shown = isKeyShown ? key : "(your admin.key)"
    out.print("  export HYPERLOOP_URL=\(address()) HYPERLOOP_KEY=\(shown) HYPERLOOP_MERCHANT=\(DevVisitor.merchant)")
    // As it was called, since it need not be on PATH.
    let program = CommandLine.arguments.first ?? "hyperloop"
    out.print("  \(program) feed submit Fixtures/grids/cost.csv --watch     a grid, as often as you like")
    out.print("  \(program) feed submit Fixtures/grids/cost-bad-cells.csv --watch")
    out.print("  curl -H \"Authorization: Bearer $HYPERLOOP_KEY\" $HYPERLOOP_URL/metrics")
    for system in systems { out.print("  curl \(system.url)/stats     what \(system.name) has counted") }
    await run.shutdown.wait()
  }

  /// - Throws: also when the result is not what it should be.
  private func demonstrate(_ client: ServiceClient) async throws {
    let out = Terminal.output
    out.print("sending a grid of two rows:")
    for line in DevVisitor.grid.split(separator: "\n") { out.print("  \(line)") }
    let errand = FeedErrand(client: client)
    let feed = try await errand.submit(
      HTTPBody(Array(DevVisitor.grid.utf8)), named: "the grid", spec: "cost", idempotencyKey: nil)
    let status = try await inTime { try await errand.watch(feed, showsProgress: out.isTerminal) }
    out.print("")
    FeedReport.show(status, json: false)
    out.print("")
    out.print("what each system holds now:")
    let (table, missing) = try await holdings()
    out.write(table.text())
    guard status["feedStatus"]?.string == "PROCESSED", status["itemsFailed"]?.int64 == 0, missing == 0 else {
      throw StartError("the grid did not arrive: \(missing) snippets are missing", hint: "the log may say why")
    }
  }

  /// - Throws: `StartError` when it takes too long.
  private func inTime<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: DevVisitor.limit)
        throw StartError("the grid has not arrived after \(DevVisitor.limit)", hint: "the log may say why")
      }
      defer { group.cancelAll() }
      // Two tasks were added, so there is a first.
      guard let result = try await group.next() else { throw CancellationError() }
      return result
    }
  }

  private static let limit = Duration.seconds(120)

  /// What the systems hold, and how much of it is missing.
  private func holdings() async throws -> (TextTable, missing: Int) {
    let caller = HTTPCaller(logger: .silent)
    var table = TextTable("SYSTEM", "GTIN", "VERSION", "SNIPPET")
    var missing = 0
    for name in DevVisitor.reached {
      guard let system = systems.first(where: { $0.name == name }) else { continue }
      for gtin in DevVisitor.gtins {
        let answer = try await caller.call(
          HTTPRequest(method: "GET", url: "\(system.url)/items/\(DevVisitor.merchant)/\(gtin)"))
        let isHeld = answer.status == 200
        if !isHeld { missing += 1 }
        table.add([
          name, gtin, isHeld ? answer.header("X-Item-Version") ?? "" : "-",
          isHeld ? String(decoding: answer.body, as: UTF8.self) : "nothing",
        ])
      }
    }
    await caller.stop(within: .seconds(1))
    return (table, missing)
  }
}
