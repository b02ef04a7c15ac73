internal import ItemModel

/// What became of one system's part of a message.
struct SystemResult: Sendable, Equatable {
  var result: SystemOutcome.Result
  var status: Int?
  var code: String?
  var description: String?
  var retryAfter: Duration?

  init(
    _ result: SystemOutcome.Result, status: Int? = nil, code: String? = nil, description: String? = nil,
    retryAfter: Duration? = nil
  ) {
    self.result = result
    self.status = status
    self.code = code.map { cut($0, to: 100) }
    self.description = description.map { cut($0, to: 500) }
    self.retryAfter = retryAfter
  }

  static func dataError(_ code: String, _ description: String, status: Int? = nil) -> SystemResult {
    SystemResult(.dataError, status: status, code: code, description: description)
  }

  static func systemError(
    _ code: String, _ description: String, status: Int? = nil, retryAfter: Duration? = nil
  ) -> SystemResult {
    SystemResult(.systemError, status: status, code: code, description: description, retryAfter: retryAfter)
  }
}

/// At most so many bytes of `text`, cut between characters: what systems say must not make an outcome too large to send.
private func cut(_ text: String, to limit: Int) -> String {
  guard text.utf8.count > limit else { return text }
  var cut = text.prefix(limit)
  while cut.utf8.count > limit { cut.removeLast() }
  return String(cut)
}
