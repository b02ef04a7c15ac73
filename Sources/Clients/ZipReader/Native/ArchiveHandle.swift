internal import CZip

/// Owns libzip's archive.
final class ArchiveHandle {
  let archive: OpaquePointer

  init(path: String) throws(ZipError) {
    var code: Int32 = 0
    guard let archive = zip_open(path, ZIP_RDONLY, &code) else {
      var error = zip_error_t()
      zip_error_init_with_code(&error, code)
      defer { zip_error_fini(&error) }
      throw ZipError(&error)
    }
    self.archive = archive
  }

  /// Nothing was changed, so there is nothing to write.
  deinit { zip_discard(archive) }

  func entries() throws(ZipError) -> [ZipEntry] {
    var entries: [ZipEntry] = []
    for index in 0..<UInt64(max(0, zip_get_num_entries(archive, 0))) {
      var stat = zip_stat_t()
      zip_stat_init(&stat)
      guard zip_stat_index(archive, index, 0, &stat) == 0, let name = stat.name else {
        throw ZipError(zip_get_error(archive))
      }
      entries.append(
        ZipEntry(
          name: String(cString: name), index: index, compressedSize: stat.comp_size, size: stat.size,
          isEncrypted: stat.encryption_method != UInt16(ZIP_EM_NONE)))
    }
    return entries
  }
}

extension ZipError {
  init(_ error: UnsafeMutablePointer<zip_error_t>) {
    self =
      switch zip_error_code_zip(error) {
      case ZIP_ER_NOZIP: .notAnArchive
      case ZIP_ER_EOF: .truncated
      case ZIP_ER_CRC: .checksum
      case ZIP_ER_NOPASSWD, ZIP_ER_WRONGPASSWD, ZIP_ER_ENCRNOTSUPP: .encrypted
      case ZIP_ER_COMPNOTSUPP: .unsupportedMethod
      case ZIP_ER_INCONS, ZIP_ER_ZLIB, ZIP_ER_COMPRESSED_DATA, ZIP_ER_MULTIDISK, ZIP_ER_NOENT: .damaged
      // A place beyond the file's end is sought for only when the directory lies.
      case ZIP_ER_SEEK, ZIP_ER_INVAL: .damaged
      default: .system(String(cString: zip_error_strerror(error)))
      }
  }
}
