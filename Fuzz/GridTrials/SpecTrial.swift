internal import ScratchFiles
internal import SpecParser
internal import YAMLReader

/// A spec is read; what is one makes templates and reads grids.
struct SpecTrial {
  private let input: [UInt8]

  init(_ input: [UInt8]) { self.input = input }

  func run() throws {
    let spec: Spec
    do {
      spec = try SpecFile.read(input, file: "s.yaml")
    } catch {
      let lines = input.count { $0 == 0x0A || $0 == 0x0D } + 2
      for mistake in error.mistakes {
        // Line ends of other writing systems count in YAML, too.
        let isThere = mistake.location.line >= 1 && (mistake.location.line <= lines || input.contains { $0 >= 0x80 })
        try demand(isThere, "a mistake in no line: \(mistake)")
        try demand(!mistake.what.isEmpty, "a mistake without a word at \(mistake.location)")
      }
      return
    }
    _ = try? SpecCatalogue(files: [("s.yaml", input)])
    let template = GridTemplate.csv(spec)
    let empty = try WholeReading(template, spec: spec, size: 100, limits: GridLimits())
    // A GTIN alone is no header.
    try demand(
      empty.error?.code == "no_rows" || spec.columns.count == 1, "an empty template gives \(empty.error as Any)")
    if input.count % 16 == 0 {
      let file = try ScratchFile(limit: 16 << 20)
      try GridTemplate.workbook(spec, to: file)
    }
    for cell in ["02345673", "1.5", "2019-04-11", "yes", "a|b"] {
      let row = spec.columns.map { $0.type == .gtin ? "02345673" : cell }.joined(separator: "\t")
      let names = spec.columns.map { "\"\($0.name.split(separator: "\"").joined(separator: "\"\""))\"" }
      let grid = names.joined(separator: "\t") + "\n" + row + "\n" + row + "\n"
      let reading = try WholeReading(Array(grid.utf8), spec: spec, size: 1_000, limits: GridLimits())
      try reading.check()
    }
  }
}
