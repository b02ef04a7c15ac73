internal import CCurl
internal import Glibc

/// One libcurl transfer at a time, used again for the next one.
///
/// Owned by the engine and used on the loop's thread only. libcurl keeps pointers to it as the context of callbacks, which
/// it calls only while the handle is in the multi handle, where the engine holds it; so they are unretained.
final class EasyHandle {
  let raw: UnsafeMutableRawPointer
  var answer = IncomingAnswer(maxHeaderBytes: 0, maxBodyBytes: 0)
  /// The body still to be sent, where it is read by callback.
  var outgoing: HTTPBody?
  var outgoingOffset = 0
  /// Whether the body could not be read on at that offset.
  var isOutgoingBroken = false
  /// Whether the body may be read from its beginning again.
  var mayRewind = false
  var onSent: (@Sendable (Int) -> Void)?
  /// Whether libcurl has a copy of the body.
  var holdsBody = false
  var headerLines = HeaderLines()
  private let errorText: UnsafeMutablePointer<CChar>

  init(_ configuration: HTTPCallerConfiguration, _ multi: MultiHandle) throws(HTTPCallError) {
    guard CurlLibrary.isReady, let raw = curl_easy_init() else {
      throw HTTPCallError(.library, "libcurl gave no handle")
    }
    self.raw = raw
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    try setUpCallbacks()
    try setUpConnection(configuration)
    try setUpTLS(configuration.tls)
  }

  deinit {
    curl_easy_cleanup(raw)
    errorText.deallocate()
  }

  /// What libcurl said of the last failure.
  var message: String { String(cString: errorText) }

  /// Lets go of the last call's data.
  func forget() {
    answer = IncomingAnswer(maxHeaderBytes: 0, maxBodyBytes: 0)
    outgoing = nil
    isOutgoingBroken = false
    onSent = nil
    guard holdsBody else { return }
    holdsBody = false
    // An empty text in place of the copy. It fails only for want of memory, and then the copy is gone already.
    _ = hl_easy_set_offset(raw, CURLOPT_POSTFIELDSIZE_LARGE, 0)
    _ = hl_easy_set_text(raw, CURLOPT_COPYPOSTFIELDS, "")
  }

  func set(_ option: CURLoption, _ value: Int) throws(HTTPCallError) { try check(hl_easy_set_long(raw, option, value)) }

  func set(_ option: CURLoption, _ value: String?) throws(HTTPCallError) {
    guard let value else { return try check(hl_easy_set_text(raw, option, nil)) }
    // libcurl copies texts.
    try check(hl_easy_set_text(raw, option, value))
  }

  func check(_ code: CURLcode) throws(HTTPCallError) {
    guard code == CURLE_OK else { throw HTTPCallError(.library, String(cString: curl_easy_strerror(code))) }
  }

  private func setUpCallbacks() throws(HTTPCallError) {
    errorText[0] = 0
    try check(hl_easy_set_pointer(raw, CURLOPT_ERRORBUFFER, errorText))
    // Unretained: see the type's comment.
    let context = Unmanaged.passUnretained(self).toOpaque()
    try check(hl_easy_set_pointer(raw, CURLOPT_PRIVATE, context))
    try check(hl_easy_set_pointer(raw, CURLOPT_WRITEDATA, context))
    try check(hl_easy_set_pointer(raw, CURLOPT_HEADERDATA, context))
    try check(hl_easy_set_pointer(raw, CURLOPT_READDATA, context))
    try check(hl_easy_set_pointer(raw, CURLOPT_SEEKDATA, context))
    try check(hl_easy_set_sink(raw, CURLOPT_WRITEFUNCTION, takeBody))
    try check(hl_easy_set_sink(raw, CURLOPT_HEADERFUNCTION, takeHeader))
    try check(hl_easy_set_source(raw, giveBody, rewindBody))
    try check(hl_easy_set_pointer(raw, CURLOPT_XFERINFODATA, context))
    try check(hl_easy_set_progress(raw, tellSent))
  }

  private func setUpConnection(_ configuration: HTTPCallerConfiguration) throws(HTTPCallError) {
    try set(CURLOPT_NOSIGNAL, 1)
    // A resolver that hangs must not hold up the loop when its transfer ends.
    try set(CURLOPT_QUICK_EXIT, 1)
    try set(CURLOPT_PROTOCOLS_STR, "http,https")
    try set(CURLOPT_FOLLOWLOCATION, 0)
    try set(CURLOPT_PATH_AS_IS, 1)
    try set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
    try set(CURLOPT_TCP_KEEPALIVE, 1)
    try set(CURLOPT_USERAGENT, configuration.userAgent)
    try set(CURLOPT_MAXAGE_CONN, max(1, Int(configuration.idleTimeout.components.seconds)))
    try set(CURLOPT_DNS_CACHE_TIMEOUT, Int(configuration.nameLifetime.components.seconds))
    switch configuration.protocols {
    case .http1: try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
    case .http2OverTLS: try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
    }
    switch configuration.proxy {
    case .none: try set(CURLOPT_PROXY, "")
    case .environment: break
    case .url(let url): try set(CURLOPT_PROXY, url)
    }
  }

  private func setUpTLS(_ tls: HTTPCallerConfiguration.TLS) throws(HTTPCallError) {
    try set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    try set(CURLOPT_SSL_VERIFYPEER, tls.verifiesPeer ? 1 : 0)
    try set(CURLOPT_SSL_VERIFYHOST, tls.verifiesPeer ? 2 : 0)
    if let file = tls.authorityFile { try set(CURLOPT_CAINFO, file) }
    if let folder = tls.authorityFolder { try set(CURLOPT_CAPATH, folder) }
    if let file = tls.certificateFile { try set(CURLOPT_SSLCERT, file) }
    if let file = tls.keyFile { try set(CURLOPT_SSLKEY, file) }
  }
}

private func easy(_ context: UnsafeMutableRawPointer?) -> EasyHandle? {
  context.map { Unmanaged<EasyHandle>.fromOpaque($0).takeUnretainedValue() }
}

private func takeBody(
  _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  let taken = easy(context)?.answer.takeBody(UnsafeRawBufferPointer(start: data, count: size * count)) ?? false
  // Any count but the given one ends the transfer.
  return taken ? size * count : size * count &+ 1
}

private func takeHeader(
  _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  let taken = easy(context)?.answer.takeHeader(UnsafeRawBufferPointer(start: data, count: size * count)) ?? false
  return taken ? size * count : size * count &+ 1
}

private func giveBody(
  _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let easy = easy(context), let body = easy.outgoing, let buffer else { return Int(CURL_READFUNC_ABORT) }
  let room = min(size * count, body.count - easy.outgoingOffset)
  guard room > 0 else { return 0 }
  let length = body.read(easy.outgoingOffset, UnsafeMutableRawBufferPointer(start: buffer, count: room))
  guard (1...room).contains(length) else {
    easy.isOutgoingBroken = true
    return Int(CURL_READFUNC_ABORT)
  }
  easy.outgoingOffset += length
  return length
}

private func tellSent(
  _ context: UnsafeMutableRawPointer?, _: curl_off_t, _: curl_off_t, _: curl_off_t, _ sent: curl_off_t
) -> Int32 {
  easy(context)?.onSent?(Int(sent))
  return 0
}

/// libcurl rewinds a body to send a request again over a new connection: refused where it must not be sent twice.
private func rewindBody(_ context: UnsafeMutableRawPointer?, _ offset: curl_off_t, _ origin: Int32) -> Int32 {
  guard let easy = easy(context), easy.mayRewind, origin == SEEK_SET, offset >= 0 else { return CURL_SEEKFUNC_FAIL }
  easy.outgoingOffset = Int(offset)
  return CURL_SEEKFUNC_OK
}
