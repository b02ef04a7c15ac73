/// A sheet of a workbook, as the workbook lists it.
public struct WorkbookSheet: Sendable, Equatable {
  public let name: String
  public let isHidden: Bool
  /// The name of its part in the package.
  let part: String
}
