internal import HTTPServer

/// An answer that is an error: `application/problem+json` (RFC 9457) with a stable code.
struct Problem: Error {
  let status: Int
  /// Stable, for programs.
  let code: String
  let title: String
  /// What to do about it.
  let detail: String?
  /// When to come again, in seconds.
  var retryAfter: Int?
  /// The item's field that is meant, if one is.
  var field: String?

  init(
    _ status: Int, _ code: String, _ title: String, _ detail: String? = nil, retryAfter: Int? = nil,
    field: String? = nil
  ) {
    self.status = status
    self.code = code
    self.title = title
    self.detail = detail
    self.retryAfter = retryAfter
    self.field = field
  }

  var response: HTTPServerResponse {
    var response =
      if let field {
        HTTPServerResponse.problem(
          status: status, code: code, title: title, detail: detail, extra: ["field": .string(field)])
      } else {
        HTTPServerResponse.problem(status: status, code: code, title: title, detail: detail)
      }
    if status == 401 { response = response.with("WWW-Authenticate", "Bearer") }
    if let retryAfter { response = response.with("Retry-After", String(retryAfter)) }
    return response
  }

  // MARK: Problems of every route

  static func unauthorized(_ detail: String) -> Problem {
    Problem(401, "unauthorized", "A valid key is needed", detail)
  }

  static let operatorsOnly = Problem(
    403, "operators_only", "This is for operators alone", "Use an operator's key.")

  /// For a merchant that takes more than its share of what there is for all.
  static func ownShare(_ code: String, _ limit: Int, _ what: String, retryAfter: Int) -> Problem {
    Problem(
      429, code, "The merchant has too many \(what) under way",
      "A merchant may have \(limit) at once: wait until one has ended.", retryAfter: retryAfter)
  }

  static let unavailable = Problem(
    503, "unavailable", "The service cannot answer at the moment", "Send the request again a little later.",
    retryAfter: 2)

  static let internalError = Problem(
    500, "internal_error", "The service made a mistake",
    "Send the request again; if it fails again, tell the operators its X-Correlation-Id.")

  static func badParameter(_ name: String, _ detail: String) -> Problem {
    Problem(400, "invalid_parameter", "The parameter “\(name)” is not valid", detail, field: name)
  }

  static let feedNotFound = Problem(
    404, "feed_not_found", "There is no such feed", "The merchant has no feed with this id: look it up in /v1/feeds.")
}
