/// A file in an archive, as the archive's directory describes it. The sizes are claims: they may be lies.
public struct ZipEntry: Sendable, Equatable {
  public let name: String
  /// The place in the directory.
  let index: UInt64
  public let compressedSize: UInt64
  public let size: UInt64
  public let isEncrypted: Bool
}
