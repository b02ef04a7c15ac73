internal import CMicrohttpd

/// Copies a request's header fields out of the library's memory.
struct HeaderReader {
  private(set) var headers = HTTPHeaders()
  /// Whether a field was continued on a line of its own. The library joins the lines in memory elsewhere, and says
  /// nothing: that is how it is found out.
  private(set) var hasFoldedField = false

  mutating func read(_ connection: OpaquePointer) {
    withUnsafeMutablePointer(to: &self) { reader in
      _ = MHD_get_connection_values_n(connection, .HEADER_KIND, readField, reader)
    }
  }

  fileprivate mutating func add(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
    if !follows(name, value) { hasFoldedField = true }
    headers.append(name: name, value: value)
  }

  /// Whether nothing but a colon (overwritten with zero) and blanks stands between a name and its value.
  private func follows(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let start = name.baseAddress?.advanced(by: name.count), let end = value.baseAddress else { return false }
    let distance = end - start
    // Within one connection's memory, so that what lies between may be looked at.
    guard distance > 0, distance < 4_096 else { return false }
    return UnsafeBufferPointer(start: start, count: distance).allSatisfy { $0 == 0 || $0 == 0x20 || $0 == 0x09 }
  }
}

private func readField(
  _ reader: UnsafeMutableRawPointer?, _ kind: MHD_ValueKind, _ name: UnsafePointer<CChar>?, _ nameCount: Int,
  _ value: UnsafePointer<CChar>?, _ valueCount: Int
) -> MHD_Result {
  guard let reader, let name, let value else { return .YES }
  name.withMemoryRebound(to: UInt8.self, capacity: nameCount) { name in
    value.withMemoryRebound(to: UInt8.self, capacity: valueCount) { value in
      reader.assumingMemoryBound(to: HeaderReader.self).pointee.add(
        name: UnsafeBufferPointer(start: name, count: nameCount),
        value: UnsafeBufferPointer(start: value, count: valueCount))
    }
  }
  return .YES
}
