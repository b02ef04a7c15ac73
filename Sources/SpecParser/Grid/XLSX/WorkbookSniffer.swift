/// Sees from a file's first bytes whether it is a matter for `WorkbookReader`, which then reads it or tells what else
/// it is: an archive shows only at its end what it holds.
public enum WorkbookSniffer {
  public enum Kind: Sendable, Equatable {
    /// A ZIP archive: XLSX, or one of the many other formats in such a cover.
    case archive
    /// A file of the old office formats, which also is the cover of workbooks with a password.
    case compoundFile
  }

  /// - Parameter firstBytes: eight are enough.
  public static func kind(of firstBytes: some Collection<UInt8>) -> Kind? {
    if firstBytes.starts(with: [0x50, 0x4B, 3, 4]) || firstBytes.starts(with: [0x50, 0x4B, 5, 6]) { return .archive }
    if firstBytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) { return .compoundFile }
    return nil
  }
}
