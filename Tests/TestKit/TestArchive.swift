internal import CZip
internal import Glibc

/// Writes ZIP archives.
public enum TestArchive {
  public struct Failed: Error {}

  /// - Parameters:
  ///   - isEncrypted: all entries, with a password.
  ///   - isStored: entries are not compressed.
  ///   - isBzip2: entries are compressed by a method that no office document has.
  /// - Returns: the archive's bytes.
  public static func bytes(
    _ entries: [(name: String, bytes: [UInt8])], isEncrypted: Bool = false, isStored: Bool = false,
    isBzip2: Bool = false
  ) throws -> [UInt8] {
    var error = zip_error_t()
    guard let source = zip_source_buffer_create(nil, 0, 0, &error) else { throw Failed() }
    zip_source_keep(source)
    defer { zip_source_free(source) }
    guard let archive = zip_open_from_source(source, ZIP_TRUNCATE, &error) else { throw Failed() }
    // The library reads the contents when the archive is closed.
    var contents: [UnsafeMutableBufferPointer<UInt8>] = []
    defer { for content in contents { content.deallocate() } }
    for entry in entries {
      let content = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, entry.bytes.count))
      _ = content.initialize(from: entry.bytes)
      contents.append(content)
      guard let data = zip_source_buffer(archive, content.baseAddress, UInt64(entry.bytes.count), 0) else {
        throw Failed()
      }
      let index = zip_file_add(archive, entry.name, data, 0)
      guard index >= 0 else { throw Failed() }
      if isStored { zip_set_file_compression(archive, UInt64(index), Int32(ZIP_CM_STORE), 0) }
      if isBzip2 { zip_set_file_compression(archive, UInt64(index), Int32(ZIP_CM_BZIP2), 0) }
      if isEncrypted { zip_file_set_encryption(archive, UInt64(index), UInt16(ZIP_EM_AES_256), "secret") }
    }
    guard zip_close(archive) == 0 else { throw Failed() }
    var stat = zip_stat_t()
    guard zip_source_stat(source, &stat) == 0, zip_source_open(source) == 0 else { throw Failed() }
    defer { zip_source_close(source) }
    return [UInt8](unsafeUninitializedCapacity: Int(stat.size)) { buffer, count in
      count = Int(max(0, zip_source_read(source, buffer.baseAddress, UInt64(buffer.count))))
    }
  }

  /// The files in an archive, by name.
  public static func contents(of archive: [UInt8]) throws -> [String: [UInt8]] {
    try archive.withUnsafeBytes { bytes in
      var error = zip_error_t()
      guard let source = zip_source_buffer_create(bytes.baseAddress, UInt64(bytes.count), 0, &error),
        let archive = zip_open_from_source(source, Int32(ZIP_RDONLY), &error)
      else { throw Failed() }
      defer { zip_discard(archive) }
      var contents: [String: [UInt8]] = [:]
      for index in 0..<UInt64(max(0, zip_get_num_entries(archive, 0))) {
        var stat = zip_stat_t()
        guard zip_stat_index(archive, index, 0, &stat) == 0, let name = stat.name,
          let file = zip_fopen_index(archive, index, 0)
        else { throw Failed() }
        defer { zip_fclose(file) }
        contents[String(cString: name)] = [UInt8](unsafeUninitializedCapacity: Int(stat.size)) { buffer, count in
          count = Int(max(0, zip_fread(file, buffer.baseAddress, stat.size)))
        }
      }
      return contents
    }
  }
}

/// A file that is there during a call.
public func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
  var template = Array("/tmp/hyperloop-test-XXXXXX".utf8CString)
  let file = mkstemp(&template)
  guard file >= 0 else { throw TestArchive.Failed() }
  defer {
    close(file)
    unlink(template)
  }
  var done = 0
  while done < bytes.count {
    let written = bytes.withUnsafeBytes { write(file, $0.baseAddress.unsafelyUnwrapped + done, bytes.count - done) }
    guard written > 0 else { throw TestArchive.Failed() }
    done += written
  }
  return try body(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
}
