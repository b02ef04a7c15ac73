internal import CCrypto

/// Bytes from the cryptographic generator, which is seeded by the kernel.
public func randomBytes(_ count: Int) throws(CryptoError) -> [UInt8] {
  guard let length = Int32(exactly: count), length >= 0 else {
    throw CryptoError(.random, "\(count) is no possible number of bytes")
  }
  var bytes = [UInt8](repeating: 0, count: count)
  guard RAND_bytes(&bytes, length) == 1 else { throw CryptoError.last(.random) }
  return bytes
}

/// Compares secrets in a time that depends on their lengths alone.
public func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
