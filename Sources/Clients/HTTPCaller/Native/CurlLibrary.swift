internal import CCurl

/// libcurl's process-wide state.
enum CurlLibrary {
  /// Runs once, before the first handle. Never undone: other handles may be in use until the process ends.
  static let isReady: Bool = curl_global_init(HL_CURL_GLOBAL_ALL) == CURLE_OK
}
