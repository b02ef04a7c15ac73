internal import CCurl

extension EasyHandle {
  /// Sets everything that varies from call to call; what is constant was set once.
  func prepare(_ request: HTTPRequest, timeout: Duration, connectTimeout: Duration) throws(HTTPCallError) {
    answer = IncomingAnswer(
      maxHeaderBytes: request.maxHeaderBytes, maxBodyBytes: request.maxBodyBytes, onBody: request.onBody)
    onSent = request.onSent
    try set(CURLOPT_NOPROGRESS, onSent == nil ? 1 : 0)
    try set(CURLOPT_URL, request.url)
    try set(CURLOPT_TIMEOUT_MS, milliseconds(timeout))
    try set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(min(timeout, connectTimeout)))
    // An announced length over the limit ends the call before the body; what comes unannounced is counted.
    let limit = request.method == "HEAD" ? 0 : request.maxBodyBytes
    try check(hl_easy_set_offset(raw, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(limit)))
    try check(hl_easy_set_headers(raw, headerLines.build(request)))
    try setMethodAndBody(request)
  }

  private func setMethodAndBody(_ request: HTTPRequest) throws(HTTPCallError) {
    // A connection that was used before may be dead. libcurl sends the request again then, over a new one, if it had no
    // byte of an answer; what must not be sent twice and has no body to hold back goes over a new one at once.
    try set(CURLOPT_FRESH_CONNECT, !request.isIdempotent && request.isBodyEmpty ? 1 : 0)
    switch request.method {
    case "HEAD" where request.isBodyEmpty:
      try set(CURLOPT_NOBODY, 1)
      return try set(CURLOPT_CUSTOMREQUEST, nil)
    case "GET" where request.isBodyEmpty:
      try set(CURLOPT_HTTPGET, 1)
      return try set(CURLOPT_CUSTOMREQUEST, nil)
    case "POST", "PUT", "PATCH":
      try setBody(request)
    default:
      if request.isBodyEmpty { try set(CURLOPT_HTTPGET, 1) } else { try setBody(request) }
    }
    try set(CURLOPT_CUSTOMREQUEST, request.method == "POST" ? nil : request.method)
  }

  private func setBody(_ request: HTTPRequest) throws(HTTPCallError) {
    try set(CURLOPT_POST, 1)
    try check(
      hl_easy_set_offset(raw, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.bodySource?.count ?? request.body.count)))
    if request.isBodyEmpty {
      try set(CURLOPT_COPYPOSTFIELDS, "")
    } else if request.isIdempotent, request.bodySource == nil {
      holdsBody = true
      let code = request.body.withUnsafeBufferPointer { bytes in
        hl_easy_set_pointer(raw, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
      }
      try check(code)
    } else {
      outgoing = request.bodySource ?? HTTPBody(request.body)
      outgoingOffset = 0
      mayRewind = request.isIdempotent
      try check(hl_easy_set_pointer(raw, CURLOPT_POSTFIELDS, nil))
    }
  }

  /// Rounded up: libcurl takes zero for "no limit".
  private func milliseconds(_ duration: Duration) -> Int {
    let (seconds, attoseconds) = duration.components
    return Int(max(1, min(seconds, 86_400) * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
  }
}
