internal import CCrypto

/// SHA-256 (FIPS 180-4), at once through `digest` or piece by piece through a value.
public struct SHA256: Sendable {
  /// The length of a digest, in bytes.
  public static let byteCount = 32

  private var context = SHA256_CTX()

  public init() { SHA256_Init(&context) }

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    SHA256_Update(&context, bytes.baseAddress, bytes.count)
  }

  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// The digest of all that was given so far; more may follow.
  public func finalized() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Self.byteCount) { output, count in
      var context = context
      count = SHA256_Final(output.baseAddress, &context) == 1 ? Self.byteCount : 0
    }
  }

  public static func digest(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalized()
  }

  public static func digest(_ bytes: some Collection<UInt8>) -> [UInt8] {
    bytes.withContiguousStorageIfAvailable { digest(UnsafeRawBufferPointer($0)) }
      ?? Array(bytes).withUnsafeBytes { digest($0) }
  }

  /// The first 16 bytes of a digest, as two big-endian numbers, without an array.
  static func truncated(_ bytes: UnsafeRawBufferPointer) -> (high: UInt64, low: UInt64) {
    var context = SHA256_CTX()
    SHA256_Init(&context)
    SHA256_Update(&context, bytes.baseAddress, bytes.count)
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: byteCount / 8) { output in
      output.initialize(repeating: 0)
      SHA256_Final(UnsafeMutableRawPointer(output.baseAddress)?.assumingMemoryBound(to: UInt8.self), &context)
      return (UInt64(bigEndian: output[0]), UInt64(bigEndian: output[1]))
    }
  }
}
