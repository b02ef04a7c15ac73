/// What is tried with any bytes at all. Whatever they are, a trial ends: in results that keep what is promised of them,
/// or in an error that is one of the reader's own.
public enum GridTrial: String, Sendable, CaseIterable {
  /// A file as a merchant sends it: options (`FileOptions`), then its bytes.
  case file
  /// A workbook by its parts: options, then `NAME LF CONTENT` for each, divided by NUL. What is put into an archive
  /// and compressed is hardly ever one again when its bytes are changed; parts are.
  case workbook
  /// A spec in YAML.
  case spec
  /// A number as text, and maybe beneath it a number format: read as a decimal, as cells of grids, as a cell of a sheet.
  case number

  /// - Throws: `TrialFailure` when a promise was broken.
  public func run(_ input: [UInt8]) throws {
    switch self {
    case .file:
      guard let options = FileOptions(input) else { return }
      try FileTrial(file: Array(input[FileOptions.size...]), options: options).run()
    case .workbook:
      guard let options = FileOptions(input) else { return }
      let parts = WorkbookParts(input[FileOptions.size...])
      try FileTrial(file: StoredArchive.bytes(parts.entries), options: options).run()
    case .spec: try SpecTrial(input).run()
    case .number: try NumberTrial(input).run()
    }
  }
}

/// A promise that was broken.
public struct TrialFailure: Error, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

/// - Throws: when the condition does not hold.
func demand(_ condition: Bool, _ promise: @autoclosure () -> String) throws(TrialFailure) {
  if !condition { throw TrialFailure(promise()) }
}
