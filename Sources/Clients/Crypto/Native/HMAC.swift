internal import CCrypto

/// Message authentication codes (RFC 2104).
public enum HMAC {
  /// The code of `data` under `key`, with SHA-256: 32 bytes.
  public static func sha256(key: [UInt8], _ data: [UInt8]) throws(CryptoError) -> [UInt8] {
    guard let keyLength = Int32(exactly: key.count) else {
      throw CryptoError(.authenticationCode, "the key is too long")
    }
    var code = [UInt8](repeating: 0, count: SHA256.byteCount)
    var length: UInt32 = 0
    guard CCrypto.HMAC(EVP_sha256(), key, keyLength, data, data.count, &code, &length) != nil, length == code.count
    else { throw CryptoError.last(.authenticationCode) }
    return code
  }
}
