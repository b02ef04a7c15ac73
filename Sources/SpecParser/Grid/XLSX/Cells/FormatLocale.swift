/// The countries that number formats name behind a currency's sign, `[$kr-41D]` or `[$$-en-CA]`, which tell those with
/// one sign apart.
enum FormatLocale {
  private struct Country {
    let code: String
    let signs: [Substring]
  }

  /// A country (ISO 3166), its currency's code, the signs that are used for it there (in small letters, without a point
  /// at the end), and the numbers of its languages in Windows. A sign of one currency alone, such as €, needs no country.
  ///
  /// Source: [MS-LCID], Windows Language Code Identifier Reference.
  private static let table = """
    US USD $ 0409,540A
    CA CAD $ 1009,0C0C
    MX MXN $ 080A
    AU AUD $ 0C09
    NZ NZD $ 1409,0481
    SG SGD $,s$ 4809,1004
    HK HKD $ 0C04,3C09
    TW TWD $,nt$,元 0404
    MO MOP mop$ 1404
    BN BND $ 083E
    AR ARS $ 2C0A
    CL CLP $ 340A
    CO COP $ 240A
    UY UYU $,$u 380A
    DO DOP $,rd$ 1C0A
    EC USD $ 300A
    SV USD $ 440A
    PR USD $ 500A
    JM JMD $,j$ 2009
    TT TTD $,tt$ 2C09
    BZ BZD $,bz$ 2809
    BR BRL r$ 0416
    PE PEN s/ 280A
    PA PAB b/ 180A
    BO BOB bs,$b 400A
    VE VES bs 200A
    PY PYG gs,₲ 3C0A
    CR CRC ₡ 140A
    GT GTQ q 100A
    HN HNL l 480A
    NI NIO c$ 4C0A
    GB GBP £ 0809,0452,0491
    EG EGP £,ج.م 0C01
    JP JPY ¥,￥,円 0411
    CN CNY ¥,￥,元 0804
    KR KRW ₩,￦,원 0412
    SE SEK kr 041D,083B
    NO NOK kr 0414,0814,043B
    DK DKK kr 0406
    FO DKK kr 0438
    GL DKK kr 046F
    IS ISK kr 040F
    CH CHF fr,sfr 0807,100C,0810,0417
    LI CHF fr,sfr 1407
    RO RON lei 0418
    MD MDL lei,l 0818
    BG BGN лв 0402
    RS RSD din,дин 241A,281A
    BA BAM km,км 101A,141A,181A,1C1A,201A
    MK MKD ден,den 042F
    AL ALL lek,lekë 041C
    RU RUB р,руб 0419
    BY BYN br,р,руб 0423
    UA UAH грн 0422
    KZ KZT ₸,т 043F
    GE GEL ₾,lari 0437
    TR TRY tl 041F
    IN INR rs,रु 0439,0446,0447,0449,044A,044B,044C,044E,4009
    PK PKR rs 0420
    LK LKR rs 045B
    NP NPR rs,रु 0461
    ID IDR rp 0421
    MY MYR rm 043E,4409
    PH PHP php 0464,3409
    TH THB thb 041E
    VN VND đ 042A
    ZA ZAR r 1C09,0436,0434,0435
    KE KES ksh,s 0441
    ET ETB br 045E
    SA SAR ر.س 0401
    AE AED د.إ 3801
    KW KWD د.ك 3401
    QA QAR ر.ق 4001
    """

  private static let (byRegion, byNumber): ([Substring: Country], [UInt32: Country]) = {
    var (regions, numbers) = ([Substring: Country](), [UInt32: Country]())
    for line in table.split(separator: "\n") {
      let fields = line.split(separator: " ")
      let country = Country(code: String(fields[1]), signs: fields[2].split(separator: ","))
      regions[fields[0]] = country
      for number in fields[3].split(separator: ",").compactMap({ UInt32($0, radix: 16) }) { numbers[number] = country }
    }
    return (regions, numbers)
  }()

  /// The code of the currency that a sign stands for in a country; nil where the sign is not that country's.
  /// - Parameter locale: `41D`, `1010409` (calendars and digits are in the upper half), `en-CA`, `zh-Hans-CN`.
  static func code(of sign: String, in locale: String) -> String? {
    guard let country = country(of: locale) else { return nil }
    var name = sign.lowercased()[...]
    if name.last == "." { name.removeLast() }
    return country.signs.contains(name) ? country.code : nil
  }

  private static func country(of locale: String) -> Country? {
    // Behind a comma stand the digits to use.
    let tag = locale.prefix { $0 != "," }
    let parts = tag.split(separator: "-").dropFirst()
    if let region = parts.first(where: { $0.utf8.count == 2 }) { return byRegion[region.uppercased()[...]] }
    return UInt32(tag, radix: 16).flatMap { byNumber[$0 & 0xFFFF] }
  }
}
