/// A target taken apart and decoded: the path by segments, the query by pairs.
struct RequestTarget: Sendable {
  let raw: String
  /// The path, still encoded.
  let path: String
  /// The path's segments, decoded one by one, so that an encoded slash stays inside its segment.
  let segments: [String]
  let query: HTTPQuery

  /// Nil for what is no path or absolute URL, is badly encoded or hides a control character, a fragment or dot segments.
  init?(_ raw: String) {
    var raw = raw
    guard let parts = raw.withUTF8(Self.parse) else { return nil }
    self.raw = raw
    path = parts.path
    segments = parts.segments
    query = parts.query
  }

  private typealias Parts = (path: String, segments: [String], query: HTTPQuery)

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Parts? {
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else { return nil }
    let target = bytes[authorityEnd(bytes)...]
    let mark = target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
    let path = target[..<mark]
    guard path.first == UInt8(ascii: "/") || path.isEmpty && target.startIndex > 0 else { return nil }
    guard let segments = segments(of: path.dropFirst()) else { return nil }
    let text = path.isEmpty ? "/" : String(decoding: path, as: UTF8.self)
    guard mark < target.endIndex else { return (text, segments, HTTPQuery()) }
    guard let pairs = pairs(of: target[(mark + 1)...]) else { return nil }
    return (text, segments, HTTPQuery(pairs: pairs))
  }

  /// Where the path begins: servers must take the absolute form too (RFC 9112, section 3.2.2).
  private static func authorityEnd(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    guard bytes.first != UInt8(ascii: "/"), bytes.count > 8 else { return 0 }
    let text = String(decoding: bytes.prefix(8), as: UTF8.self).lowercased()
    let scheme = text.hasPrefix("http://") ? 7 : text == "https://" ? 8 : 0
    guard scheme > 0 else { return 0 }
    return bytes[scheme...].firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? bytes.count
  }

  private static func segments(of path: Slice<UnsafeBufferPointer<UInt8>>) -> [String]? {
    var segments: [String] = []
    segments.reserveCapacity(6)
    var start = path.startIndex
    while true {
      let end = path[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.endIndex
      guard let segment = PercentDecoding.decode(path[start..<end]), segment != ".", segment != ".." else { return nil }
      segments.append(segment)
      guard end < path.endIndex else { return segments }
      start = end + 1
    }
  }

  private static func pairs(of query: Slice<UnsafeBufferPointer<UInt8>>) -> [(name: String, value: String)]? {
    var pairs: [(name: String, value: String)] = []
    for pair in query.split(separator: UInt8(ascii: "&")) {
      let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      guard let name = PercentDecoding.decode(pair[..<equals], plusIsSpace: true),
        let value = PercentDecoding.decode(pair[equals...].dropFirst(), plusIsSpace: true)
      else { return nil }
      pairs.append((name, value))
    }
    return pairs
  }
}
