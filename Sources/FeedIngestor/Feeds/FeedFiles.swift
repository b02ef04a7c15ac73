public import ItemModel
internal import NativeThreads
internal import ScratchFiles
public import SpecParser

/// Files for merchants: grids to fill in, and the grids that they sent with what became of their rows.
public struct FeedFiles: Sendable {
  private let reader: FeedReader
  private let specs: SpecCatalogue
  private let limits: GridLimits

  public init(store: FeedStore, reader: FeedReader) {
    self.reader = reader
    specs = store.specs
    limits = store.configuration.grid
  }

  /// A feed's file with its rows' outcomes; nil when the merchant has no such feed.
  /// - Parameter onlyFailed: leave out the rows that are in order.
  /// - Throws: `FeedErrorFile.Refusal`, `PostgresError`.
  public func errors(_ feedID: String, of merchant: MerchantID, onlyFailed: Bool) async throws -> FeedErrorFile? {
    try await FeedErrorFile(
      feedID, of: merchant, scope: onlyFailed ? .failed : .all, specs: specs, limits: limits, reader: reader)
  }

  public enum TemplateFormat: String, Sendable, CaseIterable {
    case csv
    case xlsx
  }

  /// An empty grid.
  /// - Throws: `FeedRefusal` when there is no such spec, or it is not used any more; when there is no room for a
  ///   temporary file.
  public func template(_ name: String, _ format: TemplateFormat) async throws -> [UInt8] {
    let spec = try specs.taking(name)
    // A workbook goes through temporary files.
    let thread = EventLoop(name: "template")
    defer { thread.stop() }
    return try await withTaskExecutorPreference(thread) { try FeedFiles.template(spec, format, limits: limits) }
  }

  /// An empty grid of a spec.
  /// - Throws: when there is no room for a temporary file.
  public static func template(_ spec: Spec, _ format: TemplateFormat, limits: GridLimits) throws -> [UInt8] {
    switch format {
    case .csv: return GridTemplate.csv(spec)
    case .xlsx:
      let file = try ScratchFile(in: limits.spill.space, limit: 16 << 20)
      try GridTemplate.workbook(spec, to: file)
      return try file.read(at: 0, atMost: file.count)
    }
  }
}
