internal import Arguments

/// Progress over several passes through one file, of which it shows only on the way how many there are.
struct PassProgress {
  private let meter: ProgressMeter
  /// Bytes of a file whose bytes tell how far a pass is.
  private let size: Int?
  private var bytes = 0
  /// The share of the whole where the pass begins, and the part that is its own.
  private var start = 0.0
  private var part = 0.0

  init(_ file: FilePieces, meter: ProgressMeter) {
    self.meter = meter
    // A workbook's bytes are put aside at once, and its rows read then.
    size = file.isWorkbook ? nil : file.byteCount
  }

  /// Begins a pass. The ones before it are done, and what is left is shared out among it and those that follow.
  mutating func begin(passesLeft: Int) {
    start += part
    part = (1 - start) / Double(passesLeft)
    bytes = 0
  }

  mutating func took(_ count: Int) { bytes += count }

  /// - Parameter total: rows of the pass, where an earlier one has counted them.
  func report(rows: Int, of total: Int?, title: String) {
    let done: Double? =
      if let total, total > 0 { Double(rows) / Double(total) } else { size.map { Double(bytes) / Double(max(1, $0)) } }
    meter.report(rows, share: done.map { start + part * min(1, $0) }, title: title)
  }
}
