internal import SpecParser

/// Why a feed as a whole has failed, or ends early.
struct FeedFault: Equatable {
  /// Stable, for programs.
  let code: String
  let text: String

  static let noRows = FeedFault(code: "no_rows", text: "The file has no rows below its header.")
  static let noRowApplied = FeedFault(code: "no_row_applied", text: "No row could be applied; see the issues.")
  static let notAll = FeedFault(
    code: "all_or_nothing",
    text: "Rows fail, and all or nothing was asked for: no row was applied; see the issues.")
  static let unstorable = FeedFault(
    code: "unstorable", text: "The rest of the file cannot be stored: a mistake of the service.")
}

extension FeedFault {
  init(_ error: FeedParserError) { self.init(code: error.code, text: "\(error.sentence) \(error.hint)") }
}
