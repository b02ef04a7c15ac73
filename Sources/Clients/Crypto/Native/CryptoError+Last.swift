internal import CCrypto

extension CryptoError {
  /// What libcrypto says of this thread's last failure.
  static func last(_ code: Code) -> CryptoError {
    var text = [CChar](repeating: 0, count: 256)
    ERR_error_string_n(ERR_get_error(), &text, text.count)
    ERR_clear_error()
    return CryptoError(code, String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }
}
