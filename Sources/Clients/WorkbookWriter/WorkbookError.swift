/// Why a workbook cannot be written.
public struct WorkbookError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Code: Equatable, Sendable {
    /// A cell beyond a spreadsheet's last row (1,048,576) or column (16,384), or above a row that was written already.
    case outOfSheet
    /// A sheet's name that is taken, too long (31 characters), or has one of `[]:*?/\`.
    case badSheetName
    /// No room on disk, or in memory.
    case noRoom
    /// Anything else that the library says.
    case failed
  }

  public let code: Code
  /// What to do, or what the library says.
  public let text: String

  public init(_ code: Code, _ text: String) {
    self.code = code
    self.text = text
  }

  public var description: String { "the workbook cannot be written: \(text)" }
}
