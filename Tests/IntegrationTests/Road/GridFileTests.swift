import HTTPCaller
import JSONCodec
import ScratchFiles
import TestKit
import Testing
import TrialRun
import WorkbookWriter

extension WholeService {
  /// Grids as the files that merchants have, there and back.
  @Suite struct GridFileTests {
    @Test("A workbook goes the way of a CSV, through a kill -9 too")
    func workbook() async throws {
      try await withStand(.embedded) { stand in
        let grid = TrialGrid(items: 400, nodes: 3)
        try await stand.keepFromEnding(grid)
        let feed = try await stand.submit(try workbook(of: grid.csv()))
        try await stand.waitForPart(1, of: feed)
        await stand.killService()
        try await stand.startService()
        try await stand.letEnd()
        let status = try await stand.waitForFeed(feed)
        #expect(status["itemsSucceeded"]?.int64 == Int64(grid.rows))
        try await expectSound(stand, TrialExpectation(grid))
      }
    }

    @Test("Rows that clash in one file name each other; a file comes back with its errors, and can be sent again")
    func errors() async throws {
      try await withStand(.embedded) { stand in
        let grid = """
          Item Gtin;Shipnode ID;Unit Cost;Cost Start Date;Cost End Date
          02345673;2000000;$39.88;4-11-19;4-21-19
          02345673;2000007;lots;4-11-19;4-21-19
          416000336108;2000000;5;;
          416000336108;2000000;6;;
          00363824587165;2000000;5;1-1-19;1-31-19
          00363824587165;2000000;6;1-31-19;2-28-19
          06248911077085;2000000;7;;
          06248911077085;2000000;7.00;;

          """
        let feed = try await stand.submit(Array(grid.utf8))
        let status = try await stand.waitForFeed(feed)
        #expect(status["itemsReceived"]?.int64 == 8)
        #expect(status["itemsFailed"]?.int64 == 5)
        #expect(status["itemsSucceeded"]?.int64 == 3)
        let counts = Dictionary(
          uniqueKeysWithValues: (status["issues"]?.elements.map { $0 } ?? []).map {
            ($0["code"]?.string ?? "", $0["count"]?.int64 ?? 0)
          })
        #expect(counts["duplicate_conflict"] == 2)
        #expect(counts["window_overlap"] == 2)
        #expect(counts["duplicate_row"] == 1)
        #expect(counts["invalid_money"] == 1)
        for system in TrialExpectation.systems {
          #expect(
            try await stand.holdings(of: system).keys.sorted() == ["00000002345673", "06248911077085"], "\(system)")
        }

        let all = try await stand.call("GET", "/v1/feeds/\(feed)/errors", merchant: "acme")
        #expect(all.status == 200)
        let lines = String(decoding: all.body, as: UTF8.self).split(separator: "\r\n")
        #expect(lines.count == 9)
        #expect(lines[0].hasSuffix(";Hyperloop status;Hyperloop issues;Hyperloop hints"))
        #expect(lines[1].hasPrefix("02345673;2000000;$39.88;4-11-19;4-21-19;SUCCESS;"))
        #expect(lines[2].contains("DATA_ERROR;") && lines[2].contains("invalid_money: Unit Cost: "))
        #expect(lines[3].contains("row 5"))

        let failed = try await stand.call("GET", "/v1/feeds/\(feed)/errors?rows=failed", merchant: "acme")
        #expect(String(decoding: failed.body, as: UTF8.self).split(separator: "\r\n").count == 6)
        let again = try await stand.waitForFeed(try await stand.submit(failed.body))
        #expect(again["itemsReceived"]?.int64 == 5)
        #expect(again["itemsFailed"]?.int64 == 5)
        #expect(try await stand.call("GET", "/v1/feeds/\(feed)/errors", merchant: "globex").status == 404)
        #expect(try await stand.call("GET", "/v1/feeds/\(feed)/errors?rows=some", merchant: "acme").status == 400)
      }
    }

    @Test("A workbook comes back as a workbook; templates are grids without rows")
    func files() async throws {
      try await withStand(.embedded) { stand in
        let csv = try Built.fixture("grids/cost-bad-cells.csv")
        let feed = try await stand.submit(try workbook(of: csv))
        let status = try await stand.waitForFeed(feed)
        let back = try await stand.call("GET", "/v1/feeds/\(feed)/errors", merchant: "acme")
        #expect(back.status == 200)
        let again = try await stand.waitForFeed(try await stand.submit(back.body))
        for count in ["itemsReceived", "itemsFailed", "itemsSucceeded"] {
          #expect(again[count]?.int64 == status[count]?.int64, "\(count)")
        }
        for spec in ["cost", "item", "price"] {
          for format in ["csv", "xlsx"] {
            let template = try await stand.call("GET", "/v1/specs/\(spec)/template.\(format)", merchant: "acme")
            #expect(template.status == 200)
            let empty = try await stand.call(
              "POST", "/v1/feeds?spec=\(spec)", body: template.body, merchant: "acme")
            #expect(empty.status == 422)
            #expect(try JSONDocument(empty.body).root["code"]?.string == "no_rows", "\(spec).\(format)")
          }
        }
        #expect(try await stand.call("GET", "/v1/specs/none/template.csv", merchant: "acme").status == 404)
        #expect(try await stand.call("GET", "/v1/specs/cost/template.pdf", merchant: "acme").status == 404)
      }
    }

    @Test("A check finds what applying finds and sends nothing; all or nothing is one of both, over kill -9 too")
    func modes() async throws {
      try await withStand(.embedded) { stand in
        let grid = TrialGrid(items: 1_000, nodes: 3)
        let good = try workbook(of: grid.csv())
        let bad = try workbook(of: grid.csv() + Array("00363824587165,7,dear,,,\n".utf8))
        let check = try await stand.waitForFeed(try await stand.submit(good, query: "&mode=validate"))
        #expect(check["itemsSucceeded"]?.int64 == Int64(grid.rows))
        #expect(check["distinctItems"]?.int64 == 1_000)

        let refused = try await stand.submit(bad, query: "&policy=all-or-nothing")
        try await eventually(within: patience, "a part of the rows was read") {
          try await stand.status(of: refused)["itemsReceived"]?.int64 ?? 0 > 0
        }
        await stand.killService()
        try await stand.startService()
        let whole = try await stand.waitForFeed(refused)
        #expect(whole["feedStatus"]?.string == "ERROR")
        #expect(whole["errorCode"]?.string == "all_or_nothing")
        #expect(whole["itemsFailed"]?.int64 == Int64(grid.rows) + 1)
        for system in TrialExpectation.systems { #expect(try await stand.holdings(of: system).isEmpty, "\(system)") }

        try await stand.keepFromEnding(grid)
        let applied = try await stand.submit(good, query: "&policy=all-or-nothing")
        try await stand.waitForPart(1, of: applied)
        await stand.killService()
        try await stand.startService()
        try await stand.letEnd()
        let status = try await stand.waitForFeed(applied)
        #expect(status["itemsSucceeded"]?.int64 == Int64(grid.rows))
        try await expectSound(stand, TrialExpectation(grid))
      }
    }

    /// The CSV's cells, which hold no delimiters, as texts of a workbook.
    private func workbook(of csv: [UInt8]) throws -> [UInt8] {
      let file = try ScratchFile(limit: 64 << 20)
      let writer = try WorkbookWriter(to: file)
      let sheet = try writer.addSheet("Costs")
      let lines = String(decoding: csv, as: UTF8.self).split(
        omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      for (row, line) in lines.enumerated() {
        for (column, cell) in line.split(separator: ",", omittingEmptySubsequences: false).enumerated()
        where !cell.isEmpty {
          try writer.write(cell.utf8, row: row, column: column, in: sheet)
        }
      }
      try writer.finish()
      return try file.read(at: 0, atMost: file.count)
    }
  }
}
