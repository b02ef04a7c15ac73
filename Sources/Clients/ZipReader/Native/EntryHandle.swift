internal import CZip

/// Owns an open entry.
final class EntryHandle {
  private let file: OpaquePointer
  /// Outlives the entry.
  private let archive: ArchiveHandle

  init(_ entry: ZipEntry, in archive: ArchiveHandle) throws(ZipError) {
    var stat = zip_stat_t()
    let isKnown = zip_stat_index(archive.archive, entry.index, 0, &stat) == 0
    // Office documents know only these two; libzip may know more, at other costs.
    let isAllowed = stat.comp_method == UInt16(ZIP_CM_STORE) || stat.comp_method == UInt16(ZIP_CM_DEFLATE)
    if isKnown, !isAllowed { throw .unsupportedMethod }
    guard let file = zip_fopen_index(archive.archive, entry.index, 0) else {
      throw ZipError(zip_get_error(archive.archive))
    }
    self.file = file
    self.archive = archive
  }

  deinit { zip_fclose(file) }

  /// - Returns: 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ZipError) -> Int {
    guard let base = buffer.baseAddress, !buffer.isEmpty else { return 0 }
    let got = zip_fread(file, base, UInt64(buffer.count))
    guard got >= 0 else { throw ZipError(zip_file_get_error(file)) }
    return Int(got)
  }
}
