/// Why an archive, or an entry of it, cannot be read. Repeating helps with `system` alone.
public enum ZipError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file is no ZIP archive.
  case notAnArchive
  /// The archive or the entry ends before its time.
  case truncated
  /// Entry and directory contradict each other, or the compressed bytes make no sense.
  case damaged
  /// The entry's bytes are not those that its checksum was made of.
  case checksum
  /// The entry needs a password.
  case encrypted
  /// Compressed by another method than deflate.
  case unsupportedMethod
  /// The directory is larger than an archive of this kind ever has.
  case directoryTooLarge(limit: Int)
  /// The entry inflates to more bytes than it may.
  case tooLarge(limit: Int)
  /// The file cannot be read, or memory is short: no fault of the archive.
  case system(String)

  public var description: String {
    switch self {
    case .notAnArchive: "no ZIP archive"
    case .truncated: "the archive ends too early"
    case .damaged: "the archive is damaged"
    case .checksum: "a part of the archive does not fit its checksum"
    case .encrypted: "a part of the archive is encrypted"
    case .unsupportedMethod: "a part of the archive is compressed by an unknown method"
    case .directoryTooLarge(let limit): "the archive's directory has more than \(limit) bytes"
    case .tooLarge(let limit): "a part of the archive inflates to more than \(limit) bytes"
    case .system(let reason): "the archive cannot be read: \(reason)"
    }
  }
}
