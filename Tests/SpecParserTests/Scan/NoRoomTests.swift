import ScratchFiles
import SpecParser
import Testing

/// A disk without room is no fault of a grid: it is told as what it is, wherever it is met.
@Suite struct NoRoomTests {
  private let workbook: [UInt8]
  private let spec: Spec

  init() throws {
    spec = try costSpec()
    let header =
      "<row r=\"1\"><c t=\"inlineStr\"><is><t>Item Gtin</t></is></c>"
      + "<c t=\"inlineStr\"><is><t>Shipnode ID</t></is></c><c t=\"inlineStr\"><is><t>Unit Cost</t></is></c></row>"
    workbook = try Workbook(rows: header + "<row r=\"2\"><c><v>62145556123</v></c><c><v>1</v></c><c><v>5</v></c></row>")
      .bytes()
  }

  private func limits(_ space: ScratchSpace) -> GridLimits {
    GridLimits(sniffedBytes: 64, spill: SpillOptions(memory: 1, space: space))
  }

  /// No room from the start, and a folder that is not there.
  private static let spaces = [ScratchSpace(limit: 0), ScratchSpace(folder: "/nowhere")]

  @Test(arguments: spaces) func `the keys of rows`(space: ScratchSpace) throws {
    var scan = FeedScan(spec: spec, limits: limits(space))
    var grid = "Item Gtin,Shipnode ID,Unit Cost\n"
    for row in 0..<3_000 { grid += "00062145556123,\(row),1\n" }
    #expect(throws: ScratchFileError.self) {
      try scan.feed(chunk: Array(grid.utf8))
      while try scan.finish() {}
      _ = try scan.result()
    }
  }

  @Test(arguments: spaces) func `a workbook that is read`(space: ScratchSpace) throws {
    var scan = FeedScan(spec: spec, limits: limits(space))
    let error = #expect(throws: FeedParserError.self) { try scan.feed(chunk: workbook) }
    #expect(error?.isSystemFault == true)
    // The door leaves it to whoever reads the file, when there may be room.
    #expect(GridSniffer.check(workbook, spec: spec, isWhole: true, limits: limits(space)) == nil)
  }

  @Test func `what even alone has no room is told as that`() throws {
    var limits = limits(ScratchSpace(limit: 100))
    limits.spill = limits.spill.ofOneFile
    var scan = FeedScan(spec: spec, limits: limits)
    let error = #expect(throws: FeedParserError.self) { try scan.feed(chunk: workbook) }
    #expect(error == .needsTooMuchRoom && error?.isSystemFault == true && error?.isForGood == true)
  }

  @Test func `what a file may need`() {
    var limits = GridLimits()
    limits.workbook.maxSharedStringsBytes = 1_000_000
    // Of a small one the rows' keys of a full sheet weigh most, of a large one those of short lines.
    #expect(limits.scratchBytes(ofFile: 1_000) > 1_001_000 + 40 * 1_048_576)
    #expect(limits.scratchBytes(ofFile: 1 << 30) > 40 * ((1 << 30) / 11))
    #expect(limits.scratchBytes(ofFile: .max) > 1 << 50)
  }

  @Test func `a workbook's texts`() throws {
    let strings = "<si><t>\(String(repeating: "x", count: 9_000))</t></si>"
    let bytes = try Workbook(
      rows: "<row><c t=\"s\"><v>0</v></c></row>", sharedStrings: String(repeating: strings, count: 60)
    ).bytes()
    var limits = limits(ScratchSpace(limit: bytes.count + 10))
    limits.workbook.sharedStringsMemory = 1_000
    var reader = WorkbookReader(limits: limits)
    var rows = GridRows()
    try reader.read(bytes, into: &rows)
    let error = #expect(throws: FeedParserError.self) { while try reader.finish(into: &rows) {} }
    #expect(error?.isSystemFault == true)
  }

  @Test func `a workbook that goes back`() throws {
    // Room for the merchant's file, and not for what is made of it.
    let space = ScratchSpace(limit: workbook.count + 10)
    var file = ErrorFile(spec: spec, limits: limits(space))
    #expect(throws: (any Error).self) {
      try file.read(workbook)
      while try file.finish() { _ = try file.write([:]) }
      _ = try file.write([:])
      _ = try file.end()
    }
    #expect(space.used <= workbook.count)
  }

  @Test func `a larger file than a workbook may be is the file's own fault`() throws {
    var limits = limits(.unlimited)
    limits.workbook.maxFileBytes = 10
    var scan = FeedScan(spec: spec, limits: limits)
    let error = #expect(throws: FeedParserError.self) { try scan.feed(chunk: workbook) }
    #expect(error?.code == "file_too_large" && error?.isSystemFault == false)
  }
}
