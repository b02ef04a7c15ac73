import Foundation
import HTTPCaller
import JSONCodec
import KafkaClient
import LocalServers
import TestKit
import Testing
import TrialRun

extension WholeService {
  /// The commands of merchants, producers and operators, against one running service.
  @Suite struct ClientCommandTests {
    @Test("Feeds, prices, dead letters and systems, from the command line")
    func commands() async throws {
      // One partition, so that dead letters come in one order.
      try await withStand(.embedded, { $0.partitions = 1 }) { stand in
        try await feeds(stand)
        try await idempotency(stand)
        try await badGrid(stand)
        try await refusals(stand)
        try await prices(stand)
        try await resend(stand)
        try await deadLetters(stand)
        try await configuration(stand)
        try await watchThroughARestart(stand)
      }
    }

    private func fixture(_ name: String) -> String { Built.root.appendingPathComponent("Fixtures/grids/\(name)").path }

    private func feeds(_ stand: TrialStand) async throws {
      let watched = try await stand.run("feed", "submit", fixture("cost.csv"), "--watch")
      #expect(watched.exit == .code(0), "\(watched.output)")
      #expect(watched.output.contains("2 received, 2 succeeded, 0 failed, 0 in progress; items: 2"))
      for part in ["PROCESSED", "logistics          2        0       0        0", "gtin_check_digit"] {
        #expect(watched.output.contains(part), "\(watched.output)")
      }
      #expect(try await stand.holdings(of: "logistics").count == 2)

      let submitted = try await stand.run("feed", "submit", fixture("cost.csv"), "--json")
      let feed = try #require(try JSONDocument(submitted.output).root["feedId"]?.string)
      let followed = try await stand.run("feed", "watch", feed, "--json")
      #expect(followed.exit == .code(0))
      let status = try await stand.run("feed", "status", feed, "--json")
      #expect(try JSONDocument(followed.output).root["feedStatus"]?.string == "PROCESSED")
      #expect(try JSONDocument(status.output).root["itemsSucceeded"]?.int64 == 2)
      let shown = try await stand.run("feed", "status", feed)
      #expect(shown.output.contains("feed \(feed): PROCESSED"))
      let errors = try await stand.run("feed", "errors", feed)
      #expect(errors.exit == .code(0))
      #expect(errors.output.split(separator: "\n").count == 1, "\(errors.output)")
    }

    private func idempotency(_ stand: TrialStand) async throws {
      let first = try await stand.run("feed", "submit", fixture("cost.csv"), "--json", "--idempotency-key", "one")
      let again = try await stand.run("feed", "submit", fixture("cost.csv"), "--json", "--idempotency-key", "one")
      #expect(first.exit == .code(0) && again.exit == .code(0))
      #expect(first.output == again.output)
      // The same bytes from a pipe, with the length that they are found to have.
      let script = #"cat "$1" | "$0" feed submit - --json --idempotency-key one"#
      let pipe = try await runBriefly(
        ChildCommand("/bin/sh", ["-c", script, Built.program, fixture("cost.csv")], environment: stand.terminal))
      #expect(pipe.exit == .code(0) && pipe.output == first.output, "\(pipe.output)")
      let folder = try await stand.run("feed", "submit", "/")
      #expect(folder.exit == .code(1) && folder.output.contains("/ cannot be read"), "\(folder.output)")
      let other = try await stand.run("feed", "submit", fixture("cost-bad-cells.csv"), "--idempotency-key", "one")
      #expect(other.exit == .code(1))
      #expect(other.output.contains("idempotency_mismatch"), "\(other.output)")
    }

    /// What `feed validate` says without a server is what the service says.
    private func badGrid(_ stand: TrialStand) async throws {
      let file = fixture("cost-bad-cells.csv")
      let submitted = try await stand.run("feed", "submit", file, "--watch", "--json")
      #expect(submitted.exit == .code(1), "a row failed")
      let status = try JSONDocument(submitted.output).root
      let feed = try #require(status["feedId"]?.string)

      let validated = try await stand.run("feed", "validate", file, "--json")
      #expect(validated.exit == .code(1))
      let check = try JSONDocument(validated.output).root
      for name in ["spec", "feedStatus", "itemsReceived", "itemsSucceeded", "itemsFailed", "distinctItems", "bytes"] {
        #expect(check["feed"]?[name].map(normal) == status[name].map(normal), "\(name)")
      }
      #expect(check["feed"]?["issues"].map(normal) == status["issues"].map(normal))
      let items = try await stand.call("GET", "/v1/feeds/\(feed)/items?limit=1000", merchant: "acme")
      let rows = try #require(try JSONDocument(items.body).root["items"]).elements.filter {
        $0["ingestionErrors"]?["ingestionError"]?.count != 0
      }
      let checked = try #require(check["items"]).elements.map { $0 }
      #expect(checked.count == rows.count)
      for (checked, row) in zip(checked, rows) {
        for name in ["index", "line", "gtin", "ingestionStatus", "ingestionErrors"] {
          #expect(checked[name].map(normal) == row[name].map(normal), "\(name)")
        }
      }

      let errors = try await stand.run("feed", "errors", feed)
      #expect(errors.exit == .code(0))
      let failed = rows.filter { $0["ingestionStatus"]?.string == "DATA_ERROR" }
      #expect(!failed.isEmpty)
      for row in failed {
        for issue in try #require(row["ingestionErrors"]?["ingestionError"]).elements {
          #expect(errors.output.contains(issue["code"]?.string ?? "?"), "\(errors.output)")
        }
      }
      try await errorFiles(stand, feed: feed, grid: file)
      try await allOrNothing(stand, grid: file)
    }

    /// A file that is refused as a whole is told alike with a server and without.
    private func allOrNothing(_ stand: TrialStand, grid: String) async throws {
      let submitted = try await stand.run(
        "feed", "submit", grid, "--validate", "--all-or-nothing", "--watch", "--json")
      let validated = try await stand.run("feed", "validate", grid, "--all-or-nothing", "--json")
      #expect([submitted.exit, validated.exit] == [.code(1), .code(1)])
      let status = try JSONDocument(submitted.output).root
      #expect(status["errorCode"]?.string == "all_or_nothing")
      let check = try #require(try JSONDocument(validated.output).root["feed"])
      for name in [
        "specVersion", "mode", "policy", "feedStatus", "errorCode", "itemsFailed", "distinctItems", "issues",
      ] {
        #expect(check[name].map(normal) == status[name].map(normal), "\(name)")
      }
    }

    /// The file that the service gives back is what `feed validate` makes of it.
    private func errorFiles(_ stand: TrialStand, feed: String, grid: String) async throws {
      let (fetched, made) = (stand.options.directory + "/fetched.csv", stand.options.directory + "/made.csv")
      for scope in ["all", "failed"] {
        let fetch = try await stand.run("feed", "errors", feed, "--output", fetched, "--rows", scope)
        #expect(fetch.exit == .code(0), "\(fetch.output)")
        _ = try await stand.run("feed", "validate", grid, "--errors", made, "--rows", scope)
        #expect(try text(of: fetched) == text(of: made), "\(scope)")
      }
      let shown = try await stand.run("feed", "errors", feed, "--output", "-")
      #expect(shown.output.contains("Hyperloop status"), "\(shown.output)")
      let nowhere = try await stand.run("feed", "errors", feed, "--output", "/dev/full")
      #expect(nowhere.exit == .code(1) && nowhere.output.contains("/dev/full cannot be written"), "\(nowhere.output)")
      let unknown = try await stand.run("feed", "errors", "nosuch", "--output", fetched + "x")
      #expect(unknown.exit == .code(1) && unknown.output.contains("HTTP 404"), "\(unknown.output)")
      #expect(!FileManager.default.fileExists(atPath: fetched + "x"))
      let alone = try await stand.run("feed", "errors", feed, "--rows", "failed")
      #expect(alone.exit == .code(2) && alone.output.contains("--output FILE"), "\(alone.output)")
    }

    private func refusals(_ stand: TrialStand) async throws {
      let keyless = try await stand.run("feed", "status", "x", changing: ["HYPERLOOP_KEY": "wrong"])
      #expect(keyless.exit == .code(1))
      #expect(keyless.output.contains("unauthorized") && keyless.output.contains("HYPERLOOP_KEY"))
      for command in ["status", "watch", "errors"] {
        let unknown = try await stand.run("feed", command, "nosuch")
        #expect(unknown.exit == .code(1), "\(command)")
        #expect(unknown.output.contains("HTTP 404"), "\(unknown.output)")
      }
      // Nothing listens at port 1.
      let nowhere = "http://127.0.0.1:1"
      let silent = try await stand.run("feed", "watch", "x", changing: ["HYPERLOOP_URL": nowhere])
      #expect(silent.exit == .code(1))
      #expect(silent.output.contains("\(nowhere) cannot be reached"), "\(silent.output)")
      #expect(!silent.output.contains("trying again"), "\(silent.output)")
    }

    private func prices(_ stand: TrialStand) async throws {
      let file = stand.options.directory + "/prices.ndjson"
      var lines = (1...20).flatMap { round in
        (0..<5).map { line(TrialGrid.gtin(500 + $0), cents: round * 100 + $0) }
      }
      lines += [line("no gtin", cents: 1), "{\"gtin\":"]
      try write(lines.joined(separator: "\n") + "\n", to: file)
      let pushed = try await stand.run("price", "push", file, "--connections", "8")
      #expect(pushed.exit == .code(1))
      for part in ["100 accepted, 2 refused", "line 101: ", "line 102: not a line of JSON"] {
        #expect(pushed.output.contains(part), "\(pushed.output)")
      }
      // The file's last line of each item counts.
      for item in 0..<5 {
        try await eventually(within: patience, "the last price of item \(item)") {
          let held = try await stand.holdings(of: "pricing")[TrialGrid.gtin(500 + item)]
          let wanted = normal(try JSONDocument("20.0\(item)").root)
          return held?.snippet["pricing"]?["price"]?["currencyAmount"].map(normal) == wanted
        }
      }
    }

    private func line(_ gtin: String, cents: Int) -> String {
      let price = "{\"currencyAmount\":\(TrialGrid.dollars(cents)),\"currencyUnit\":\"USD\"}"
      return "{\"gtin\":\"\(gtin)\",\"price\":\(price)}"
    }

    private func resend(_ stand: TrialStand) async throws {
      let gtin = "00062145556123"
      let before = try #require(try await stand.holdings(of: "logistics")[gtin])
      let resent = try await stand.run("systems", "resend", "logistics", "--merchant", "acme", "--gtin", "062145556123")
      #expect(resent.exit == .code(0), "\(resent.output)")
      #expect(resent.output.contains("1 items are on their way to logistics"), "\(resent.output)")
      try await eventually(within: patience, "logistics is sent the item again") {
        try await stand.holdings(of: "logistics")[gtin].map { $0.version > before.version } ?? false
      }
      let unknown = try await stand.run("systems", "resend", "logistic")
      #expect(unknown.exit == .code(2))
      #expect(unknown.output.contains("did you mean logistics"), "\(unknown.output)")
    }

    private func deadLetters(_ stand: TrialStand) async throws {
      let empty = try await stand.run("dlq", "list")
      #expect(empty.exit == .code(0) && !empty.output.contains("item-setup.dlq"), "\(empty.output)")
      let record = KafkaRecord(topic: "item-setup", key: Array("acme/1".utf8), value: Array("{\u{1b}[31mred".utf8))
      try await stand.produce([record, record])
      try await waitFor(stand, letters: 2)
      let shown = try await stand.run("dlq", "show", "item-setup", "--count", "1")
      #expect(shown.exit == .code(0))
      #expect(shown.output.contains("unreadable at "), "\(shown.output)")
      #expect(shown.output.contains("  key   acme/1"))
      #expect(!shown.output.contains("\u{1b}"), "a letter speaks to the terminal")
      try await waitFor(stand, letters: 2)
      // What is sent again is refused again: one letter is dealt with, one comes.
      let replayed = try await stand.run("dlq", "replay", "item-setup", "--count", "1")
      #expect(replayed.output.contains("replayed 1"), "\(replayed.output)")
      try await eventually(within: patience, "the letter comes back") {
        try await stand.read("item-setup.dlq") { $0.count >= 3 }.count >= 3
      }
      try await waitFor(stand, letters: 2)
      let discarded = try await stand.run("dlq", "discard", "item-setup.dlq")
      #expect(discarded.output.contains("discarded 2"), "\(discarded.output)")
      try await waitFor(stand, letters: 0)
      let unknown = try await stand.run("dlq", "show", "item-setups")
      #expect(unknown.exit == .code(2))
      #expect(unknown.output.contains("did you mean item-setup"), "\(unknown.output)")
    }

    private func waitFor(_ stand: TrialStand, letters: Int) async throws {
      try await eventually(within: patience, "\(letters) dead letters wait") {
        let list = try await stand.run("dlq", "list")
        let line = list.output.split(separator: "\n").first { $0.hasPrefix("item-setup.dlq") }
        return Int(line?.split(separator: " ").last ?? "0") == letters
      }
    }

    private func configuration(_ stand: TrialStand) async throws {
      let checked = try await stand.run("config", "check")
      #expect(checked.exit == .code(0), "\(checked.output)")
      #expect(checked.output.contains("kafka.topics.replication is 1"))
      let password = try #require(
        stand.postgres.url.split(separator: ":").dropFirst(2).first?.split(separator: "@").first)
      #expect(checked.output.contains("environment variable HYPERLOOP_POSTGRES_URL"))
      #expect(!checked.output.contains(password), "the database's password is shown")
      let incomplete = try await stand.run("config", "check", changing: ["HYPERLOOP_POSTGRES_URL": nil])
      #expect(incomplete.exit == .code(1))
      #expect(incomplete.output.contains("error: postgres.url is not given"), "\(incomplete.output)")
      let specs = stand.options.directory + "/specs"
      try makeDirectory(specs)
      try write("spec: [", to: specs + "/bad.yaml")
      let bad = try await stand.run("config", "check", "--specs.dir", specs)
      #expect(bad.exit == .code(1))
      #expect(bad.output.contains("bad.yaml"), "\(bad.output)")
    }

    private func watchThroughARestart(_ stand: TrialStand) async throws {
      let grid = TrialGrid(items: 600, nodes: 1)
      try await stand.keepFromEnding(grid)
      let feed = try await stand.submit(grid.csv())
      let lines = LineCollector()
      let watching = try await ChildProcess.start(
        ChildCommand(
          Built.program, ["feed", "watch", feed], environment: stand.terminal, output: lines.output))
      try await stand.waitForPart(10, of: feed)
      await stand.killService()
      try await stand.startService()
      try await stand.letEnd()
      #expect(await watching.exit() == .code(0), "\(lines.text)")
      await lines.end()
      #expect(lines.text.contains("600 received, 600 succeeded"), "\(lines.text)")
    }
  }
}

private func normal(_ value: JSONValue) -> String {
  var bytes: [UInt8] = []
  value.appendCanonical(to: &bytes)
  return String(decoding: bytes, as: UTF8.self)
}
