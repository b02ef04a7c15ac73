internal import HTTPServer
internal import Spelling

/// Reads a request's parameters, and says which one is wrong.
extension HTTPRequestHead {
  /// The one header of that name; nil without it.
  func single(_ name: String) throws(Problem) -> String? {
    let values = headers.all(name)
    guard values.count <= 1 else {
      throw Problem(400, "repeated_header", "The header \(name) came more than once", "Send it once.", field: name)
    }
    return values.first
  }

  /// Refuses what would be passed over in silence: a misspelled `mode` would apply what was only to be checked.
  func checkParameters(known: [String]) throws(Problem) {
    var seen: Set<String> = []
    for (name, _) in query.pairs {
      guard known.contains(name) else {
        let guess = Spelling.closest(to: name, in: known).map { "Did you mean “\($0)”? " } ?? ""
        let detail = known.isEmpty ? "This path has none." : "\(guess)Known are: \(known.joined(separator: ", "))."
        throw Problem(400, "unknown_parameter", "There is no parameter “\(name)” here", detail, field: name)
      }
      guard seen.insert(name).inserted else {
        throw Problem(
          400, "repeated_parameter", "The parameter “\(name)” came more than once", "Send it once.", field: name)
      }
    }
  }

  /// `limit`: from 1 to 1,000, 50 without it.
  func pageLimit() throws(Problem) -> Int {
    guard let text = query["limit"] else { return 50 }
    guard let limit = Int(text), (1...1_000).contains(limit) else {
      throw .badParameter("limit", "Write a number from 1 to 1000.")
    }
    return limit
  }

  /// `cursor`: what the page before gave as `nextCursor`.
  func pageCursor() throws(Problem) -> String? {
    guard let text = query["cursor"] else { return nil }
    guard let cursor = Int64(text), cursor >= 0 else {
      throw .badParameter("cursor", "Take the nextCursor of the page before, or leave it out for the first page.")
    }
    return String(cursor)
  }

  /// `Idempotency-Key`: 1 to 255 visible ASCII characters.
  func idempotencyKey() throws(Problem) -> String? {
    guard let key = try single("Idempotency-Key") else { return nil }
    guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy(isVisible) else {
      throw Problem(
        400, "invalid_idempotency_key", "The Idempotency-Key is not valid",
        "Use 1 to 255 visible ASCII characters, such as a UUID.", field: "Idempotency-Key")
    }
    return key
  }

  /// A parameter with one of a few values; nil without it, or when it is empty.
  func choice<Value: RawRepresentable<String> & CaseIterable>(_ name: String) throws(Problem) -> Value? {
    guard let text = query[name], !text.isEmpty else { return nil }
    guard let value = Value(rawValue: text) else {
      let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
      throw .badParameter(name, "Write one of \(known), or leave it out.")
    }
    return value
  }
}

/// A visible ASCII character: no space, no control character.
func isVisible(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }
