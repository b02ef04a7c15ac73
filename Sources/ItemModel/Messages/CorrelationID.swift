/// The name by which a request is found again, in log lines and with every delivery.
enum CorrelationID {
  private static let maxLength = 128

  /// The id as every header can carry it: at most 128 printable ASCII characters. Others' ids come in without any limit;
  /// one that is too long or too strange would have a system refuse the delivery, as if the merchant's data were wrong.
  static func fit(_ text: String) -> String {
    let bytes = text.utf8
    guard bytes.count > maxLength || !bytes.allSatisfy(isPrintable) else { return text }
    return String(decoding: bytes.prefix(maxLength).map { isPrintable($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
  }

  private static func isPrintable(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F }
}
