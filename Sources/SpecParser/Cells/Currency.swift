internal import ItemModel

/// A currency's code (ISO 4217), its three letters in one number.
struct Currency: BitwiseCopyable, Sendable, Hashable {
  let packed: UInt32

  init(packed: UInt32) { self.packed = packed }

  init(_ one: UInt8, _ two: UInt8, _ three: UInt8) {
    packed = UInt32(one) << 16 | UInt32(two) << 8 | UInt32(three)
  }

  /// Three capital letters.
  init?(_ text: String) {
    let letters = Array(text.utf8)
    guard letters.count == 3, letters.allSatisfy({ $0 >= 0x41 && $0 <= 0x5A }) else { return nil }
    self.init(letters[0], letters[1], letters[2])
  }

  /// A code that is in use, in letters of any case.
  init?(inUse letters: UnsafeBufferPointer<UInt8>) {
    guard letters.count == 3, letters.allSatisfy(\.isLetter) else { return nil }
    self.init(letters[0] & 0xDF, letters[1] & 0xDF, letters[2] & 0xDF)
    guard isInUse else { return nil }
  }

  var isInUse: Bool { Currency.inUse.contains(packed) }

  var bytes: [UInt8] { [UInt8(packed >> 16 & 0xFF), UInt8(packed >> 8 & 0xFF), UInt8(packed & 0xFF)] }
  var text: String { String(decoding: bytes, as: UTF8.self) }
  var minorDigits: Int { Money.minorDigits(of: text) }

  private static let inUse = Set(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF \
    CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF \
    IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK \
    MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR \
    SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UYW UZS \
    VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
    """.split(separator: " ").compactMap { Currency(String($0))?.packed })
}
