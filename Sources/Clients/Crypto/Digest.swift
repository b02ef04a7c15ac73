/// The first 128 bits of a SHA-256 digest: enough to tell contents apart, in two machine words. Ordered as its bytes.
public struct Digest: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let high: UInt64
  public let low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The digest of these bytes.
  public init(sha256 bytes: UnsafeRawBufferPointer) {
    (high, low) = SHA256.truncated(bytes)
  }

  /// The digest of these bytes.
  public init(sha256 bytes: [UInt8]) {
    (high, low) = bytes.withUnsafeBytes { SHA256.truncated($0) }
  }

  /// Reads 32 hexadecimal digits.
  public init?(hex: some StringProtocol) {
    guard hex.utf8.count == 32, let bytes = Hex.decode(hex) else { return nil }
    self.init(bytes: bytes)
  }

  /// Takes 16 bytes as they are.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// 16 bytes, the most significant first.
  public var bytes: [UInt8] {
    [high, low].flatMap { word in (1...8).map { UInt8(truncatingIfNeeded: word >> (64 - 8 * UInt64($0))) } }
  }

  /// 32 lower-case hexadecimal digits.
  public var hex: String {
    String(unsafeUninitializedCapacity: 32) { output in
      for place in 0..<32 {
        let word = place < 16 ? high : low
        output.initializeElement(
          at: place, to: Hex.digit(UInt8(truncatingIfNeeded: word >> UInt64(60 - place % 16 * 4))))
      }
      return 32
    }
  }

  public var description: String { hex }

  public static func < (left: Digest, right: Digest) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }
}
