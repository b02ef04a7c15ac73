internal import CCurl

/// The limit: libcurl's own loop over a fixed set of handles that all repeat one request, and nothing else.
enum BareCurl {
  static func run(url: String, headers lines: [String], body: [UInt8], calls: Int, concurrency: Int) {
    let multi = curl_multi_init()
    var started = 0
    var headers: UnsafeMutablePointer<curl_slist>?
    for line in lines { headers = curl_slist_append(headers, line) }
    defer { curl_slist_free_all(headers) }
    let handles = (0..<concurrency).compactMap { _ in curl_easy_init() }
    for easy in handles {
      _ = hl_easy_set_text(easy, CURLOPT_URL, url)
      _ = hl_easy_set_long(easy, CURLOPT_NOSIGNAL, 1)
      _ = hl_easy_set_headers(easy, headers)
      _ = hl_easy_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
      _ = body.withUnsafeBytes { bytes in
        hl_easy_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
      }
      curl_multi_add_handle(multi, easy)
      started += 1
    }
    var finished = 0
    while finished < calls {
      var running: Int32 = 0
      curl_multi_perform(multi, &running)
      var left: Int32 = 0
      while let message = curl_multi_info_read(multi, &left) {
        guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
        finished += 1
        curl_multi_remove_handle(multi, easy)
        if started < calls {
          started += 1
          curl_multi_add_handle(multi, easy)
        }
      }
      if running > 0 { curl_multi_poll(multi, nil, 0, 1_000, nil) }
    }
    for easy in handles { curl_easy_cleanup(easy) }
    curl_multi_cleanup(multi)
  }
}
