import Foundation
import ScratchFiles
import SpecParser
import Testing

@Suite struct ErrorFileTests {
  private let grid = """
    Northwind;;;
    Item Gtin;Shipnode ID;Unit Cost
    02345673;1;39,88
    416000336108;Köln;a "lot"
    ;;
    02345673;2;5,00;beyond

    """

  private let outcomes = [
    3: RowOutcome(status: "SUCCESS", isFailed: false, issues: []),
    4: RowOutcome(
      status: "DATA_ERROR", isFailed: true,
      issues: [
        RowOutcome.Issue(
          severity: .error, code: "invalid_money", column: "Unit Cost", description: "Not an “amount”.", hint: "39.88")
      ]),
    6: RowOutcome(status: "SUCCESS", isFailed: false, issues: []),
  ]

  @Test(arguments: [1, 50, 10_000]) func `a CSV comes back in its dialect, with what became of each row`(
    size: Int
  ) throws {
    let whole = try errors(Array(grid.data(using: .windowsCP1252) ?? Data()), size: size, .all)
    #expect(
      String(data: Data(whole.bytes), encoding: .windowsCP1252)
        == """
        Northwind;;;
        Item Gtin;Shipnode ID;Unit Cost;Hyperloop status;Hyperloop issues;Hyperloop hints
        02345673;1;39,88;SUCCESS;;
        416000336108;Köln;"a ""lot""\";DATA_ERROR;error invalid_money: Unit Cost: Not an “amount”.;39.88
        ;;;;;
        02345673;2;5,00;SUCCESS;;;beyond

        """.replacing("\n", with: "\r\n"))
  }

  @Test func `of the failed rows alone, and a file that comes again gets its columns anew`() throws {
    let first = try errors(Array(grid.utf8), size: 100, .failed).bytes
    let text = String(decoding: first, as: UTF8.self)
    #expect(text.split(whereSeparator: \.isNewline).count == 3)
    #expect(!text.contains("SUCCESS"))
    // Row 3 of the shorter file is the one that failed.
    let again = try errors(first, size: 100, .all, [3: try #require(outcomes[4])]).bytes
    #expect(String(decoding: again, as: UTF8.self) == text)
    #expect(try parse(first, spec: costSpec()).count == 1)
  }

  /// Where the GTIN is all that a spec requires, a line of a letterhead may name it, too.
  @Test func `a letterhead is not taken for the header`() throws {
    let grid = "Product ID\nItem Gtin,Title,Price\n02345673,Desk,x\n"
    let file = try errors(Array(grid.utf8), size: 10, .failed, [3: outcomes[4]].compactMapValues { $0 }, spec: "item")
    let lines = String(decoding: file.bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    try #require(lines.count == 3, "\(lines)")
    #expect(lines[0] == "Product ID" && lines[1].hasPrefix("Item Gtin,Title,Price,Hyperloop status"), "\(lines)")
  }

  /// A file that ends where the merchant's breaks says so, and comes back without that.
  @Test func `rows that could not be read are told of`() async throws {
    let grid = "Item Gtin,Shipnode ID,Unit Cost\n02345673,1,5\n02345673,\"2,6\n02345673,3,7\n"
    for scope in [ErrorFile.Scope.all, .failed] {
      var file = ErrorFile(spec: try costSpec(), scope: scope)
      var (pieces, bytes) = ([Array(grid.utf8)], [UInt8]())
      try await file.writeRows {
        pieces.popLast()
      } _: { _ in
        [2: RowOutcome()]
      } to: {
        bytes += $0
      }
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.contains("error unterminated_quote: Row 3: A quoted cell of this row never ends."), "\(text)")
      switch scope {
      case .all: #expect(try parse(bytes, spec: costSpec()).map(\.isFailed) == [false])
      case .failed: #expect(code { try parse(bytes, spec: costSpec()) } == "no_rows")
      }
    }
  }

  /// Byte for byte: mark, line of the delimiter, encoding, quotes; and cells where the header has no name.
  @Test(arguments: [",", ";", "\t", "|"], [1, 10_000]) func `each dialect comes back`(
    delimiter: String, size: Int
  ) throws {
    // Rows end with ¶; other line breaks stand in cells.
    let grid = """
      Northwind¶
      Item Gtin¦Shipnode ID¦¦Unit Cost¦¶
      ¶
      02345673¦Köln¦¦39.88¶
      416000336108¦" x"¦=1+1¦"a ""lot""
      of ¦"¦beyond¶

      """
    let back = """
      Northwind¶
      Item Gtin¦Shipnode ID¦¦Unit Cost¦Hyperloop status¦Hyperloop issues¦Hyperloop hints¦¶
      ¦¦¦¦¦¦¶
      02345673¦Köln¦¦39.88¦SUCCESS¦¦¶
      416000336108¦" x"¦=1+1¦"a ""lot""
      of ¦"¦DATA_ERROR¦"error invalid_money: Unit Cost: →
      warning odd: →"¦'-39.88¦beyond¶

      """
    let outcomes = [
      4: RowOutcome(),
      5: RowOutcome(.init(.error, "invalid_money", "Unit Cost", hint: "-39.88"), .init(.warning, "odd", "")),
    ]
    let encodings: [(String.Encoding, mark: [UInt8])] = [
      (.utf8, []), (.utf8, [0xEF, 0xBB, 0xBF]), (.windowsCP1252, []), (.utf16LittleEndian, [0xFF, 0xFE]),
      (.utf16BigEndian, [0xFE, 0xFF]), (.utf16LittleEndian, []),
    ]
    for (encoding, mark) in encodings {
      for first in ["", "sep=\(delimiter)\r\n"] {
        func encoded(_ text: String) throws -> [UInt8] {
          let whole = first + text.replacing("¶\n", with: "\r\n").replacing("¦", with: delimiter)
          return mark + Array(try #require(whole.data(using: encoding, allowLossyConversion: true)))
        }
        let file = try errors(try encoded(grid), size: size, .all, outcomes)
        #expect(try file.bytes == encoded(back), "\(encoding) \(mark) \(first)")
      }
    }
  }

  @Test func `cells at fault are coloured, and all is where it was`() throws {
    let rows = [
      (1, ["Northwind"]), (3, ["Item Gtin", "", "Shipnode ID", "Unit Cost", " "]),
      (4, ["02345673", "", "1", "5", "", "beyond"]), (6, ["416000336108", "", "1", "lots"]),
      (7, ["416000336108", "", "1"]),
    ]
    let outcomes = [
      4: RowOutcome(.init(.note, "a", "Unit Cost"), .init(.note, "b", "")),
      6: RowOutcome(
        .init(.warning, "c", "Item Gtin"), .init(.error, "d", "Unit Cost"), .init(.note, "e", "Unit Cost"),
        .init(.error, "f", "")),
      7: RowOutcome(.init(.error, "g", "Unit Cost")),
    ]
    let letterhead = "Northwind"
    let header =
      "[header]Item Gtin|[header]|[header]Shipnode ID|[header]Unit Cost"
      + "|[header]Hyperloop status|[header]Hyperloop issues|[header]Hyperloop hints| "
    let good = "02345673||1|[note]5|SUCCESS|note a: Unit Cost: →/note b: →|||beyond"
    let bad = [
      "[warning]416000336108||1|[error]lots|DATA_ERROR"
        + "|warning c: Item Gtin: →/error d: Unit Cost: →/note e: Unit Cost: →/error f: →|",
      "416000336108||1|[error]|DATA_ERROR|error g: Unit Cost: →|",
    ]
    let grid = try Workbook(rows: rows.map(cells).joined()).bytes()
    for (scope, expected) in [
      (ErrorFile.Scope.all, [letterhead, "", header, good, ""] + bad), (.failed, [letterhead, header] + bad),
    ] {
      let file = try #require(try errors(grid, size: 5_000, scope, outcomes).workbook)
      let sheet = try #require(try ColouredWorkbook(bytes(of: file)).sheets.first)
      #expect((1...expected.count).map { sheet.row($0).replacing("\n", with: "/") } == expected, "\(scope)")
    }
  }

  @Test func `a sheet full of columns keeps room for the outcome`() throws {
    let (names, others) = (["Item Gtin", "Shipnode ID", "Unit Cost"], (3..<16_384).map { "c\($0)" })
    let ours = ["Hyperloop status", "Hyperloop issues", "Hyperloop hints"]
    // Where the others have a name the outcome stands behind them, else before them.
    for (header, place) in [(names + others, 16_381), (names, 3)] {
      let grid = try Workbook(rows: cells(1, header) + cells(2, ["02345673", "1", "lots"] + others)).bytes()
      let outcome = RowOutcome(.init(.error, "invalid_money", "Unit Cost", hint: "5"))
      let file = try #require(try errors(grid, size: 5_000, .all, [2: outcome]).workbook)
      let again = try lines(try bytes(of: file)).map(\.cells)
      #expect(again.map(\.count) == [place + 3, 16_384])
      #expect(again[0] == Array(header.prefix(place)) + ours)
      #expect(again[1][place] == "DATA_ERROR" && again[1][place + 2] == "5")
    }
  }

  /// A row of a sheet; those that are empty are left out.
  private func cells(_ row: Int, _ texts: [String]) -> String {
    let cells = texts.enumerated().filter { !$1.isEmpty }.map { column, text in
      "<c r='\(ColouredWorkbook.letters(ofColumn: column))\(row)' t='inlineStr'><is><t>\(text)</t></is></c>"
    }
    return "<row r='\(row)'>\(cells.joined())</row>"
  }

  @Test func `a workbook comes back as one, with the same rows`() throws {
    let name = try #require(try files(in: fixtureRoot("Fixtures/grids/xlsx")).first { $0.hasSuffix(".xlsx") })
    let grid = try fixture("grids/xlsx/\(name)")
    let rows = try parse(grid, spec: costSpec())
    #expect(!rows.isEmpty)
    let outcomes = Dictionary(
      uniqueKeysWithValues: rows.map { row in
        let issues = row.issues.map {
          RowOutcome.Issue(
            severity: $0.severity, code: $0.code, column: $0.column, description: $0.description, hint: $0.hint)
        }
        return (row.line, RowOutcome(status: "DATA_ERROR", isFailed: true, issues: issues))
      })
    for scope in ErrorFile.Scope.allCases {
      let file = try #require(try errors(grid, size: 5_000, scope, outcomes).workbook)
      let again = try parse(bytes(of: file), spec: costSpec())
      #expect(again.map(\.text) == rows.map(\.text))
      if scope == .all { #expect(again.map(\.line) == rows.map(\.line)) }
    }
  }

  private func errors(
    _ grid: [UInt8], size: Int, _ scope: ErrorFile.Scope, _ given: [Int: RowOutcome]? = nil, spec: String = "cost"
  ) throws -> (bytes: [UInt8], workbook: ScratchFile?) {
    let outcomes = given ?? self.outcomes
    let spec = try #require(try ShippedSpecs.spec(named: spec))
    var file = ErrorFile(spec: spec, scope: scope, limits: GridLimits(sniffedBytes: 128))
    var bytes: [UInt8] = []
    func write() throws {
      guard let lines = file.waiting else { return }
      bytes += try file.write(outcomes.filter { lines.contains($0.key) })
    }
    for piece in pieces(grid, size) {
      try file.read(piece)
      try write()
    }
    while try file.finish() { try write() }
    try write()
    return (bytes, try file.end())
  }
}

extension RowOutcome {
  /// One that failed, or passed with notes.
  fileprivate init(_ issues: Issue...) {
    let isFailed = issues.contains { $0.severity == .error }
    self.init(status: isFailed ? "DATA_ERROR" : "SUCCESS", isFailed: isFailed, issues: issues)
  }
}

extension RowOutcome.Issue {
  fileprivate init(_ severity: IssueSeverity, _ code: String, _ column: String, hint: String = "") {
    self.init(severity: severity, code: code, column: column, description: "→", hint: hint)
  }
}
