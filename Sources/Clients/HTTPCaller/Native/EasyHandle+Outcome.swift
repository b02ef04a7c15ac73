internal import CCurl

extension EasyHandle {
  /// The answer of a transfer that ended well.
  func response() -> Result<HTTPResponse, HTTPCallError> {
    guard answer.hasWholeHead else {
      let message = "the connection ended before the headers did"
      return .failure(HTTPCallError(.connectionLost, message, mayHaveReachedServer: true))
    }
    let version: HTTPResponse.Version =
      switch number(CURLINFO_HTTP_VERSION) {
      case CURL_HTTP_VERSION_1_0: .http1_0
      case CURL_HTTP_VERSION_2_0: .http2
      default: .http1_1
      }
    return .success(
      HTTPResponse(
        status: number(CURLINFO_RESPONSE_CODE), version: version, body: answer.body, headerBlock: answer.headerBlock))
  }

  /// Whether bytes of the request may have left.
  var mayHaveSent: Bool {
    answer.hasBegun || time(CURLINFO_PRETRANSFER_TIME_T) > 0 || number(CURLINFO_REQUEST_SIZE) > 0
  }

  /// What the end of a transfer means; nil when it ended well.
  func error(_ code: CURLcode) -> HTTPCallError? {
    guard code != CURLE_OK else { return nil }
    if isOutgoingBroken, let outgoing {
      let text = "the request's body ended after \(outgoingOffset) of \(outgoing.count) bytes, or could not be read on"
      return HTTPCallError(.unreadableBody, text, mayHaveReachedServer: mayHaveSent)
    }
    let text = message.isEmpty ? String(cString: curl_easy_strerror(code)) : message
    let (kind, isRetriable) = meaning(of: code)
    return HTTPCallError(kind, text, isRetriable: isRetriable, mayHaveReachedServer: mayHaveSent)
  }

  private func meaning(of code: CURLcode) -> (HTTPCallError.Kind, isRetriable: Bool?) {
    switch (code, answer.excess) {
    case (_, .headers): return (.headersTooLarge, nil)
    case (_, .unwanted), (CURLE_ABORTED_BY_CALLBACK, _): return (.cancelled, nil)
    case (_, .body), (CURLE_FILESIZE_EXCEEDED, _): return (.bodyTooLarge, nil)
    default: break
    }
    switch code {
    case CURLE_OPERATION_TIMEDOUT: return (.timeout(phase), nil)
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return (.resolveFailed, nil)
    case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED: return (.connectFailed, nil)
    case CURLE_SSL_CONNECT_ERROR: return (.tls, true)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
      CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
      CURLE_SSL_CLIENTCERT:
      return (.tls, nil)
    case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_SEND_FAIL_REWIND:
      return (.connectionLost, nil)
    // An answer without a status line would be HTTP 0.9; the scheme was checked before.
    case CURLE_UNSUPPORTED_PROTOCOL where mayHaveSent: return (.protocolError, nil)
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_LOGIN_DENIED: return (.badURL, nil)
    case CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_BAD_CONTENT_ENCODING,
      CURLE_HTTP_RETURNED_ERROR:
      return (.protocolError, nil)
    // So libcurl says that a single header line is over its own limit (100 KiB).
    case CURLE_OUT_OF_MEMORY where answer.hasBegun: return (.headersTooLarge, nil)
    default: return (.library, nil)
    }
  }

  private var phase: HTTPCallError.Phase {
    if answer.hasBegun { return .body }
    return time(CURLINFO_PRETRANSFER_TIME_T) > 0 ? .response : .connect
  }

  private func number(_ info: CURLINFO) -> Int {
    var value = 0
    return hl_easy_get_long(raw, info, &value) == CURLE_OK ? value : 0
  }

  private func time(_ info: CURLINFO) -> curl_off_t {
    var value: curl_off_t = 0
    return hl_easy_get_offset(raw, info, &value) == CURLE_OK ? value : 0
  }
}
