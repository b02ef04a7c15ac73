internal import ItemModel
internal import JSONCodec

/// A REST system's answer about one snippet: a response of its own, or an entry of a batch's.
struct SystemAnswer {
  let status: Int
  var code: String?
  var description: String?
  var retryAfter: Duration?

  /// What the answer means for the item, and for the circuit.
  func meaning(dataErrors: Set<Int>) -> (result: SystemResult, verdict: SystemCircuit.Verdict) {
    switch status {
    case 200..<300: return (SystemResult(.accepted, status: status), .alive)
    case _ where dataErrors.contains(status):
      return (.dataError(code ?? "rejected", description ?? "the system refused the data", status: status), .alive)
    case 409:
      return (error(code: "version_conflict", "the system holds a newer version"), .alive)
    case 401, 403, 404, 405, 415, 300..<400:
      return (error(code: "system_misconfigured", "the system's address or credentials are wrong"), .misconfigured)
    default: return (error(code: code ?? "http_\(status)", "the system failed"), .failed)
    }
  }

  private func error(code: String, _ text: String) -> SystemResult {
    .systemError(code, description ?? text, status: status, retryAfter: retryAfter)
  }
}

extension SystemAnswer {
  /// Reads a response; `code` and `description` come from a JSON body that has them.
  init(status: Int, body: [UInt8], retryAfter: Duration?) {
    self.status = status
    self.retryAfter = retryAfter
    guard status >= 300, body.first(where: { $0 > 0x20 }) == 0x7B, let root = try? JSONDocument(body).root else {
      return
    }
    code = root["code"]?.string
    // A problem document (RFC 9457) says it in `detail`.
    description = root["description"]?.string ?? root["detail"]?.string
  }

  /// Reads an entry of a batch's answer; nil when it has no status.
  init?(entry: JSONValue) {
    guard let status = entry["status"]?.int64, (100...999).contains(status) else { return nil }
    self.status = Int(status)
    code = entry["code"]?.string
    description = entry["description"]?.string
    retryAfter = entry["retryAfter"]?.int64.map { .seconds(max(0, min($0, 86_400))) }
  }

  /// Reads the answer to a batch: exactly `count` entries, or nil.
  static func entries(_ body: [UInt8], count: Int) -> [SystemAnswer]? {
    guard let root = try? JSONDocument(body).root, root.kind == .array, root.count == count else { return nil }
    let answers = root.elements.compactMap { SystemAnswer(entry: $0) }
    return answers.count == count ? answers : nil
  }
}
