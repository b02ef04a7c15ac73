internal import XMLReader

/// Reads a part of a workbook, and may give it up.
class PartHandler: XMLHandler {
  private(set) final var failure: FeedParserError?

  final func fail(_ error: FeedParserError) {
    if failure == nil { failure = error }
    stop()
  }

  /// Whether a list may have one more. A short part can have very long ones, which take many times its memory.
  final func hasRoom(_ count: Int, limit: Int = 10_000, _ what: String) -> Bool {
    if count < limit { return true }
    fail(.workbookLimit("it has more than \(limit) \(what)"))
    return false
  }
}
