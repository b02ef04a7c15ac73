import Foundation
import LocalServers
import ScratchFiles
import TestKit
import Testing
import WorkbookWriter

/// What merchants do with grids without a server.
@Suite(.timeLimit(.minutes(30)))
struct GridCommandTests {
  private func fixture(_ name: String) -> String { Built.root.appendingPathComponent("Fixtures/grids/\(name)").path }

  private func validate(
    _ arguments: String..., environment: [String: String?] = [:]
  ) async throws -> (exit: ChildProcess.Exit, output: String) {
    try await CommandTests.run(["feed", "validate"] + arguments, environment: environment)
  }

  @Test func aGridComesBackWithWhatIsToBeSaidOfItsRows() async throws {
    try await withTemporaryDirectory { directory in
      let (grid, all, failed) = (fixture("cost-bad-cells.csv"), directory + "/all.csv", directory + "/failed.csv")
      let before = try String(contentsOfFile: grid, encoding: .utf8).split(whereSeparator: \.isNewline)
      #expect(try await validate(grid, "--errors", all).exit == .code(1))
      let rows = try String(contentsOfFile: all, encoding: .utf8).split(separator: "\r\n")
      #expect(rows.first?.hasSuffix("Hyperloop status,Hyperloop issues,Hyperloop hints") == true)
      #expect(rows.count == before.count)
      #expect(rows.contains { $0.contains("DATA_ERROR,error ") })
      #expect(try await validate(grid, "--errors", failed, "--rows", "failed").exit == .code(1))
      let bad = try String(contentsOfFile: failed, encoding: .utf8).split(separator: "\r\n")
      #expect(bad.dropFirst() == rows.dropFirst().filter { $0.contains("DATA_ERROR") }[...])
      // What is fit to be sent again is read as the same rows.
      let again = try await validate(failed)
      #expect(again.output.contains("\(bad.count - 1) rows, 0 good, \(bad.count - 1) failed"), "\(again.output)")
      #expect(try names(in: directory) == ["all.csv", "failed.csv"])
    }
  }

  /// A grid is read more than once, a pipe is not.
  @Test func aPipeIsAGridLikeAFile() async throws {
    let grid = fixture("cost-bad-cells.csv")
    let file = try await validate(grid)
    let script = "cat \"$1\" | \"$0\" feed validate -"
    let pipe = try await runBriefly(
      ChildCommand("/bin/sh", ["-c", script, Built.program, grid]))
    #expect(pipe.exit == .code(1))
    #expect(pipe.output == file.output.replacing("\(grid): ", with: "-: "))
  }

  /// Rows are not all kept: an item whose rows are far apart has a line for each stretch of 50,000.
  @Test func objectsAreWrittenAsTheyCome() async throws {
    try await withTemporaryDirectory { directory in
      let (grid, objects) = (directory + "/cost.csv", directory + "/objects.jsonl")
      var text = "Item Gtin,Shipnode ID,Unit Cost\n"
      for row in 0..<60_000 { text += "00062145556123,\(row),1\n" }
      try write(text, to: grid)
      let result = try await validate(grid, "--objects", objects)
      #expect(result.exit == .code(0) && result.output.contains("60000 rows, 60000 good"), "\(result.output)")
      let lines = try String(contentsOfFile: objects, encoding: .utf8).split(separator: "\n")
      let nodes = lines.map { line in
        line.matches(of: /"shipnodeId":"(\d+)"/).compactMap { Int($0.1) }
      }
      #expect(nodes == [Array(0..<50_000), Array(50_000..<60_000)])
    }
  }

  /// What goes to the standard output is that file alone, and no other beside it.
  @Test func theStandardOutputIsOneFile() async throws {
    let grid = fixture("cost-bad-cells.csv")
    for option in ["--objects", "--errors"] {
      let both = try await validate(grid, option, "-")
      #expect(both.output.contains(" rows, "))
      let alone = try await runBriefly(
        ChildCommand("/bin/sh", ["-c", #""$0" feed validate "$1" "$2" - 2>/dev/null"#, Built.program, grid, option]))
      let first = option == "--objects" ? #"{"gtin":"# : "Item Gtin,"
      #expect(alone.output.hasPrefix(first) && !alone.output.contains(" rows, "), "\(alone.output)")
    }
    for twice in [["--objects", "-", "--errors", "-"], ["--objects", "-", "--json"], ["--errors", "-", "--json"]] {
      try await CommandTests.expectRefusal(
        ["feed", "validate", grid] + twice, code: 2, naming: ["two things cannot go to the standard output"])
    }
  }

  /// What a grid says is text, and nothing that tells the terminal what to do.
  @Test func controlsOfAHeaderDoNotReachTheTerminal() async throws {
    try await withTemporaryDirectory { directory in
      let grid = directory + "/cost.csv"
      try write("Item Gtin,Unit Cost,Unit Cost\u{1B},Shipnode ID\n", to: grid)
      let result = try await validate(grid)
      #expect(result.exit == .code(1) && result.output.contains("error: "), "\(result.output)")
      #expect(!result.output.contains("\u{1B}"), "\(result.output)")
    }
  }

  @Test func aFileThatCannotBeWrittenIsNamed() async throws {
    let nowhere = try await validate(fixture("cost.csv"), "--errors", "/nowhere/x.csv")
    #expect(
      nowhere.exit == .code(1) && nowhere.output.contains("/nowhere/x.csv cannot be written"), "\(nowhere.output)")
    let full = try await validate(fixture("cost.csv"), "--errors", "/dev/full")
    #expect(full.exit == .code(1) && full.output.contains("/dev/full cannot be written"), "\(full.output)")
    let alone = try await validate(fixture("cost.csv"), "--rows", "failed")
    #expect(alone.exit == .code(2) && alone.output.contains("--errors FILE"), "\(alone.output)")
  }

  @Test func templatesAreGridsOfTheirSpec() async throws {
    try await withTemporaryDirectory { directory in
      let (csv, xlsx) = (directory + "/cost.csv", directory + "/cost.xlsx")
      for path in [csv, xlsx] {
        #expect(try await CommandTests.run(["spec", "template", "cost", "--output", path]).exit == .code(0))
        let empty = try await validate(path)
        #expect(empty.exit == .code(1) && empty.output.contains("no row beneath the header"), "\(empty.output)")
      }
      #expect(try Data(contentsOf: URL(fileURLWithPath: xlsx)).starts(with: Data("PK".utf8)))
      let shown = try await CommandTests.run(["spec", "template", "cost"])
      #expect(shown.exit == .code(0) && shown.output.contains("Item Gtin,Shipnode ID"))
      try await CommandTests.expectRefusal(
        ["spec", "template", "cots"], code: 2, naming: ["cots", "cost, item, price"])
      try await CommandTests.expectRefusal(["spec", "template", "cost", "--xlsx", "--csv"], code: 2, naming: ["--csv"])
    }
  }

  @Test func limitsOfTheConfigurationAreMet() async throws {
    try await withTemporaryDirectory { directory in
      let grid = directory + "/cost.csv"
      try write(
        "Item Gtin,Shipnode ID,Unit Cost\n00062145556123,\(String(repeating: "x", count: 2_000)),1\n", to: grid)
      let small = try await validate(grid, "--grid.max.cell.bytes", "1KiB")
      #expect(small.exit == .code(1) && small.output.contains("more than 1024 bytes"), "\(small.output)")
      let file = directory + "/hyperloop.yaml"
      try write("grid:\n  max:\n    columns: 2\n", to: file)
      let narrow = try await validate(grid, "--config", file)
      #expect(narrow.exit == .code(1) && narrow.output.contains("more than 2 cells"), "\(narrow.output)")
      let book = directory + "/book.xlsx"
      #expect(try await CommandTests.run(["spec", "template", "cost", "--output", book]).exit == .code(0))
      let large = try await validate(book, environment: ["HYPERLOOP_FEED_MAX_BYTES": "1000"])
      #expect(large.exit == .code(1) && large.output.contains("more than 1000 bytes"), "\(large.output)")
      try await CommandTests.expectRefusal(
        ["feed", "validate", grid, "--grid.max.columns", "0"], naming: ["grid.max.columns", "from 1 to 16384"])
    }
  }

  @Test func aFolderThatCannotBeWrittenIsTold() async throws {
    let nowhere = ["--scratch.dir", "/nowhere"]
    try await CommandTests.expectRefusal(
      ["serve", "--systems.file", Built.systemsFile] + nowhere, naming: ["/nowhere", "scratch.dir"])
    let checked = try await CommandTests.run(
      ["config", "check", "--grid.max.row.bytes", "2KiB", "--scratch.max.bytes", "1MiB"] + nowhere)
    for warning in [
      "scratch.dir: no temporary file can be made in /nowhere", "grid.max.row.bytes is less than grid.max.cell.bytes",
      "scratch.max.bytes is 1048576, and a grid of feed.max.bytes may need",
    ] {
      #expect(checked.output.contains("warning: \(warning)"), "\(checked.output)")
    }
  }

  /// A namespace of its own, in which anybody may mount a small disk that is gone with the command.
  private static let isolation = ["--user", "--map-root-user", "--mount"]
  private static let canIsolate: Bool = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    process.arguments = isolation + ["mount", "-t", "tmpfs", "none", "/mnt"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  @Test(.enabled(if: canIsolate, "no disk can be mounted here"))
  func aFullDiskIsNoFaultOfTheGrid() async throws {
    try await withTemporaryDirectory { directory in
      let (grid, book) = (directory + "/cost.csv", directory + "/cost.xlsx")
      var text = "Item Gtin,Shipnode ID,Unit Cost\n"
      for row in 0..<5_000 { text += "00062145556123,\(row),\(row).5\n" }
      try write(text, to: grid)
      let small = try await onASmallDisk(
        ["feed", "validate", grid, "--scratch.memory", "64KiB"], disk: "64k", directory)
      #expect(small.exit == .code(1), "\(small.output)")
      for part in ["error: a temporary file in", "No space left on device", "scratch.dir"] {
        #expect(small.output.contains(part), "\(small.output)")
      }
      #expect(!small.output.contains("rows"), "\(small.output)")
      let enough = try await onASmallDisk(
        ["feed", "validate", grid, "--scratch.memory", "64KiB"], disk: "8m", directory)
      #expect(enough.exit == .code(0), "\(enough.output)")

      #expect(try await CommandTests.run(["spec", "template", "item", "--output", book]).exit == .code(0))
      let full = try await onASmallDisk(["feed", "validate", book, "--spec", "item"], disk: "4k", directory)
      #expect(full.exit == .code(1) && full.output.contains("No space left on device"), "\(full.output)")
      let template = try await onASmallDisk(["spec", "template", "item", "--output", book], disk: "4k", directory)
      #expect(template.exit == .code(1) && template.output.contains("scratch.dir"), "\(template.output)")
    }
  }

  /// A workbook that goes back with its errors is made on the same disk, and is not cut off in silence.
  @Test(.enabled(if: canIsolate, "no disk can be mounted here"), arguments: [300, 1_200, 2_400, 3_000, 3_600])
  func aWorkbookThatDoesNotFitIsNotWrittenInPart(kilobytes: Int) async throws {
    try await withTemporaryDirectory { directory in
      let (book, back) = (directory + "/cost.xlsx", directory + "/back.xlsx")
      try largeWorkbook(book)
      let result = try await onASmallDisk(
        ["feed", "validate", book, "--errors", back], disk: "\(kilobytes)k", directory)
      if FileManager.default.fileExists(atPath: back) {
        let again = try await validate(back)
        #expect(again.output.contains("5000 rows"), "\(kilobytes): \(again.output)")
      } else {
        #expect(result.exit == .code(1) && result.output.contains("scratch.dir"), "\(kilobytes): \(result.output)")
      }
    }
  }

  private func largeWorkbook(_ path: String) throws {
    let file = try ScratchFile()
    let writer = try WorkbookWriter(to: file)
    let sheet = try writer.addSheet("Costs")
    for row in 0...5_000 {
      let cells = row == 0 ? ["Item Gtin", "Shipnode ID", "Unit Cost"] : ["00062145556123", "\(row)", "\(row).5"]
      for (column, cell) in cells.enumerated() { try writer.write(cell.utf8, row: row, column: column, in: sheet) }
    }
    try writer.finish()
    try Data(file.read(at: 0, atMost: file.count)).write(to: URL(fileURLWithPath: path))
  }

  /// Runs the program with a disk of so many bytes for its temporary files.
  private func onASmallDisk(
    _ arguments: [String], disk: String, _ directory: String
  ) async throws -> (exit: ChildProcess.Exit, output: String) {
    let script = #"mkdir -p "$1" && mount -t tmpfs -o size="$2" none "$1" && shift 2 && exec "$@""#
    let scratch = directory + "/scratch"
    let command =
      GridCommandTests.isolation + ["sh", "-c", script, "sh", scratch, disk, Built.program] + arguments
      + ["--scratch.dir", scratch]
    return try await runBriefly(ChildCommand("/usr/bin/unshare", command))
  }

  private func names(in directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
  }
}
