import ScratchFiles
import SpecParser
import Testing

@Suite struct GridTemplateTests {
  @Test func `a template's header is the spec's own`() throws {
    for name in ShippedSpecs.files.keys {
      let spec = try #require(try ShippedSpecs.spec(named: name))
      let row = spec.columns.map { $0.type == .gtin ? "02345673" : $0.isRequired ? "1" : "" }.joined(separator: ",")
      let rows = try parse(GridTemplate.csv(spec) + Array(row.utf8), spec: spec)
      #expect(rows.count == 1, "\(name)")
      #expect(rows.allSatisfy { !$0.isFailed }, "\(name)")
    }
  }

  @Test func `a workbook is made of every shipped spec`() throws {
    for name in ShippedSpecs.files.keys {
      let spec = try #require(try ShippedSpecs.spec(named: name))
      let file = try ScratchFile(limit: 1 << 20)
      try GridTemplate.workbook(spec, to: file)
      // Its grid has a header and no row yet; the sheet that explains the columns is not taken for it.
      let error = #expect(throws: FeedParserError.self) { _ = try parse(bytes(of: file), spec: spec) }
      #expect(error?.code == "no_rows", "\(name): \(error.map(String.init(describing:)) ?? "")")
    }
  }
}

/// All of a temporary file.
func bytes(of file: ScratchFile) throws -> [UInt8] {
  try file.read(at: 0, atMost: file.count)
}
