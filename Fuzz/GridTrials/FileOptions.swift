internal import SpecParser

/// How a file is read in a trial, by the first bytes of the input.
struct FileOptions {
  static let size = 2

  enum Extra {
    case nothing
    /// The file again with what became of its rows, and that read again.
    case errorFile
    /// The reading that begins at a later row.
    case resumed
    /// The last line many times over, so that the rows' keys go to disk.
    case repeated
  }

  let spec: Spec
  /// Bytes that come at once, in the two readings that are compared.
  let pieces: (Int, Int)
  let limits: GridLimits
  let extra: Extra
  /// A small number, for what takes one.
  let number: Int

  /// - Parameter input: nil is given when it is too short.
  init?(_ input: [UInt8]) {
    guard input.count >= FileOptions.size else { return nil }
    let (first, second) = (Int(input[0]), Int(input[1]))
    spec = TrialSpecs.all[first % 4]
    pieces = (FileOptions.sizes[first / 4 % 4], FileOptions.sizes[4 + first / 16 % 4])
    limits = FileOptions.limits[first / 64]
    // It takes a hundred times as long as the others.
    extra = second % 16 == 15 ? .repeated : FileOptions.extras[second % 16 / 5]
    number = second / 16
  }

  private static let extras: [Extra] = [.nothing, .errorFile, .resumed]
  private static let sizes = [1, 3, 7, 64, 11, 100, 1_000, 1 << 20]

  private static let limits = [
    GridLimits(), GridLimits(sniffedBytes: 64), GridLimits(sniffedBytes: 1_000),
    GridLimits(maxCellBytes: 60, maxRowBytes: 300, maxColumns: 20, headerRows: 4, sniffedBytes: 200),
  ]
}
