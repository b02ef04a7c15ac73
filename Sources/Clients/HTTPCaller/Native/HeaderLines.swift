internal import CCurl

/// A request's header lines as libcurl's linked list, in two blocks of memory that the next request uses again.
///
/// `curl_slist_append` would allocate twice a header. libcurl only reads the list; it must stay until the transfer ended.
struct HeaderLines: ~Copyable {
  private var text: UnsafeMutableBufferPointer<CChar>
  private var used = 0
  private var nodes: UnsafeMutableBufferPointer<curl_slist>
  private var count = 0

  init() {
    text = .allocate(capacity: 1_024)
    nodes = .allocate(capacity: 16)
  }

  deinit {
    text.deallocate()
    nodes.deallocate()
  }

  /// Lays out the lines for `request`, and gives the list's head; valid until the next `build`.
  mutating func build(_ request: HTTPRequest) -> UnsafeMutablePointer<curl_slist>? {
    used = 0
    count = 0
    var offsets: [Int] = []
    offsets.reserveCapacity(request.headers.count + 2)
    var namesType = false
    for (name, value) in request.headers {
      offsets.append(used)
      namesType = namesType || equalIgnoringCase(name.utf8, "content-type".utf8)
      append(name.utf8)
      // "Name;" is libcurl's way to say a header without a value.
      append(value.isEmpty ? ";".utf8 : ": ".utf8)
      append(value.utf8)
      append(CollectionOfOne(0))
    }
    if !request.isBodyEmpty {
      offsets.append(used)
      // Waiting for "100 Continue" costs a round trip, or a second with servers that do not know it.
      append("Expect:\0".utf8)
    }
    if !namesType {
      offsets.append(used)
      // Else libcurl would call every body a form.
      append("Content-Type:\0".utf8)
    }
    return link(offsets)
  }

  private mutating func append(_ bytes: some Collection<UInt8>) {
    if used + bytes.count > text.count {
      let larger = UnsafeMutableBufferPointer<CChar>.allocate(capacity: max(2 * text.count, used + bytes.count))
      for index in 0..<used { larger[index] = text[index] }
      text.deallocate()
      text = larger
    }
    for byte in bytes {
      text[used] = CChar(bitPattern: byte)
      used += 1
    }
  }

  /// Links the lines once all are there: until then their memory may move.
  private mutating func link(_ offsets: [Int]) -> UnsafeMutablePointer<curl_slist>? {
    guard let text = text.baseAddress, !offsets.isEmpty else { return nil }
    if offsets.count > nodes.count {
      nodes.deallocate()
      nodes = .allocate(capacity: 2 * offsets.count)
    }
    guard let first = nodes.baseAddress else { return nil }
    for (index, offset) in offsets.enumerated() {
      let next = index + 1 < offsets.count ? first + index + 1 : nil
      (first + index).initialize(to: curl_slist(data: text + offset, next: next))
    }
    return first
  }
}
