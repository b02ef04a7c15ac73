/// How a cell looks. All cells are formatted as text, so that no spreadsheet changes what is entered or stands in them.
public enum CellStyle: Int, CaseIterable, Sendable {
  case plain
  case header
  case error
  case warning
  case note
  /// Explains something; not for the reader of the grid.
  case remark

  /// Red, green and blue of the background; nil for none.
  var background: UInt32? {
    switch self {
    case .plain, .remark: nil
    case .header: 0xDD_E6F0
    case .error: 0xFF_C7CE
    case .warning: 0xFF_EB9C
    case .note: 0xDD_EBF7
    }
  }
}

/// What a drop-down offers.
public enum DropDown: Sendable, Equatable {
  /// The values themselves: together no more than 255 characters with a comma between each two.
  case values([String])
  /// Cells of another sheet's column, from its first row on: for long lists.
  case column(sheet: String, column: Int, count: Int)

  /// Whether a spreadsheet takes these values without a sheet for them.
  public static func fits(_ values: [String]) -> Bool {
    values.reduce(-1) { $0 + 1 + $1.utf16.count } <= 255 && !values.contains { $0.contains(",") }
  }
}
