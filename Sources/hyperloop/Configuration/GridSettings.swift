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
    let need = grid.scratchBytes(ofFile: self[Keys.feedMaxBytes])
    if self[Keys.scratchMaxBytes] < need {
      warnings.append(
        "\(Keys.scratchMaxBytes.name) is \(self[Keys.scratchMaxBytes]), and a grid of \(Keys.feedMaxBytes.name) may need "
          + "\(need): one that needs more than there is fails (\(FeedParserError.needsTooMuchRoom.code))")
    }
    return warnings
  }

  /// Why no temporary file can be made, and what to do; nil when one can.
  var scratchProblem: StartError? {
    do {
      _ = try ScratchFile(in: grid.spill.space)
      return nil
    } catch {
      return StartError.noScratch(error)
    }
  }
}

extension StartError {
  /// No room for temporary files.
  static func noScratch(_ error: any Error) -> StartError {
    let isForGood = (error as? FeedParserError)?.isForGood ?? (error as? ScratchFileError)?.isForGood ?? false
    return StartError(
      (error as? FeedParserError)?.what ?? "\(error)",
      hint: isForGood
        ? "raise \(Keys.scratchMaxBytes.name), or divide the file"
        : "make room there, or name another folder by \(Keys.scratchDirectory.name)")
  }
}
