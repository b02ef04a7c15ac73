import SpecParser
import Testing

/// Grids as spreadsheets mangle them and worse: `NAME.csv`, and beside it in `NAME.txt` everything that is to be said of
/// it.
@Suite struct HostileFixtureTests {
  static let folder = "Fixtures/grids/hostile"

  @Test func `there is a grid for every way to mangle one`() throws {
    let names = try names()
    #expect(names.count >= 60)
    #expect(try names == self.names(".txt"))
  }

  @Test(arguments: [1, 13, 65_536]) func `each grid gives what stands beside it`(size: Int) throws {
    for name in try names() {
      let grid = try contents("\(fixtureRoot(Self.folder))/\(name).csv")
      let expected = String(
        decoding: try contents("\(fixtureRoot(Self.folder))/\(name).txt"), as: UTF8.self)
      #expect(try Self.describe(grid, size: size) == expected, "\(name), in pieces of \(size)")
    }
  }

  private func names(_ suffix: String = ".csv") throws -> [String] {
    try files(in: fixtureRoot(Self.folder)).filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }
  }

  /// All that the parser says of a grid: each row with its object or failure, its issues, `error CODE row ROW` if the
  /// file breaks off there, and the notes of the whole file.
  static func describe(_ grid: [UInt8], size: Int) throws -> String {
    let (rows, notes, _, error) = try readUpToError(grid, spec: costSpec(), size: size)
    var lines: [String] = []
    for row in rows {
      let object = row.attributes.map { String(decoding: $0, as: UTF8.self) } ?? "failed"
      lines.append("\(row.line) \(row.submittedGTIN) \(object)".escaped)
      lines += row.issues.map { "  \($0.severity) \($0.code) \($0.column) [\($0.value)]".escaped }
    }
    if let error { lines.append("error \(error.code)" + (error.line.map { " row \($0)" } ?? "")) }
    lines += notes.map { "\($0.severity) \($0.code) \($0.column) ×\($0.count)".escaped }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension String {
  /// On one line, whatever it holds.
  fileprivate var escaped: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      let isPlain = scalar.value >= 0x20 && scalar.value != 0x7F && !(0x80..<0xA1).contains(scalar.value)
      text += isPlain && scalar.properties.generalCategory != .format ? String(scalar) : scalar.escaped(asASCII: true)
    }
  }
}
