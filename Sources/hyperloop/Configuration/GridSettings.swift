internal import ScratchFiles
internal import Settings
internal import SpecParser

extension Settings {
  /// How grids are read, with temporary files in a space of their own: made once, for a process.
  var grid: GridLimits {
    var limits = GridLimits()
    limits.maxCellBytes = self[Keys.gridMaxCellBytes]
    limits.maxRowBytes = self[Keys.gridMaxRowBytes]
    limits.maxColumns = self[Keys.gridMaxColumns]
    limits.headerRows = self[Keys.gridHeaderRows]
    limits.workbook.maxFileBytes = self[Keys.feedMaxBytes]
    limits.workbook.maxSheetBytes = self[Keys.workbookMaxSheetBytes]
    limits.workbook.maxSharedStringsBytes = self[Keys.workbookMaxStringsBytes]
    limits.workbook.maxPartBytes = self[Keys.workbookMaxPartBytes]
    limits.workbook.maxTotalBytes = self[Keys.workbookMaxTotalBytes]
    limits.workbook.maxCells = self[Keys.workbookMaxCells]
    limits.workbook.maxSheets = self[Keys.workbookMaxSheets]
    limits.workbook.sharedStringsMemory = self[Keys.workbookStringsMemory]
    limits.spill.memory = self[Keys.scratchMemory]
    limits.spill.space = ScratchSpace(folder: self[Keys.scratchDirectory], limit: self[Keys.scratchMaxBytes])
    return limits
  }

  /// What would be read other than was meant.
  var gridWarnings: [String] {
    var warnings: [String] = []
    func warn(_ low: SettingKey<Int>, below high: SettingKey<Int>, _ consequence: String) {
      if self[low] < self[high] { warnings.append("\(low.name) is less than \(high.name): \(consequence)") }
    }
    warn(Keys.gridMaxRowBytes, below: Keys.gridMaxCellBytes, "no cell can be as large")
    warn(Keys.workbookMaxTotalBytes, below: Keys.workbookMaxSheetBytes, "no sheet can be as large")
    warn(Keys.workbookMaxTotalBytes, below: Keys.workbookMaxStringsBytes, "no table of texts can be as large")
    warn(Keys.scratchMaxBytes, below: Keys.feedMaxBytes, "a workbook as large would be tried again and again")
    return warnings
  }

  /// Why no temporary file can be made, and what to do; nil when one can.
  var scratchProblem: StartError? {
    do {
      _ = try ScratchFile(in: grid.spill.space)
      return nil
    } catch {
      return StartError.noScratch("\(error)")
    }
  }
}

extension StartError {
  /// No room for temporary files.
  static func noScratch(_ reason: String) -> StartError {
    StartError(reason, hint: "make room there, or name another folder by \(Keys.scratchDirectory.name)")
  }
}
