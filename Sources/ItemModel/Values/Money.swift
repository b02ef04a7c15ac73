public import JSONCodec

/// An amount in a currency, exact to six fractional digits.
///
/// The digits are kept as submitted and printed with at least the currency's own; equality is by value.
public struct Money: Sendable, Hashable {
  public let amount: DecimalNumber
  /// Three capital letters (ISO 4217).
  public let currency: String

  public init(amount: DecimalNumber, currency: String) throws(MoneyError) {
    guard currency.utf8.count == 3, currency.utf8.allSatisfy({ $0 >= 0x41 && $0 <= 0x5A }) else {
      throw .invalidCurrency(currency)
    }
    self.amount = amount
    self.currency = currency
  }

  /// Reads `{"currencyAmount":39.88,"currencyUnit":"USD"}`; the amount may also be a string of digits.
  public init(_ value: JSONValue) throws(MoneyError) {
    guard value.kind == .object, let amount = value["currencyAmount"], let unit = value["currencyUnit"]?.string else {
      throw .notMoney
    }
    guard amount.kind == .number || amount.kind == .string, let text = amount.numberText ?? amount.string else {
      throw .notMoney
    }
    do {
      try self.init(amount: DecimalNumber(parsing: text.utf8), currency: unit)
    } catch let error as DecimalError {
      throw .amount(error)
    } catch let error as MoneyError {
      throw error
    } catch {
      throw .notMoney
    }
  }

  /// `{"currencyAmount":39.88,"currencyUnit":"USD"}`.
  public func append(to bytes: inout [UInt8]) {
    bytes.append(contentsOf: Array(#"{"currencyAmount":"#.utf8))
    amount.appendText(atLeast: Money.minorDigits(of: currency), to: &bytes)
    bytes.append(contentsOf: Array(#","currencyUnit":""#.utf8))
    bytes.append(contentsOf: currency.utf8)
    bytes.append(contentsOf: [0x22, 0x7D])
  }

  /// The amount with at least the currency's own digits, such as `21.20` or `0.0345`.
  public var amountText: String {
    var bytes: [UInt8] = []
    amount.appendText(atLeast: Money.minorDigits(of: currency), to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  public static func == (one: Money, other: Money) -> Bool {
    one.amount.micros == other.amount.micros && one.currency == other.currency
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(amount.micros)
    hasher.combine(currency)
  }

  /// The currency's minor unit (ISO 4217): the number of fractional digits that it is usually written with.
  public static func minorDigits(of currency: String) -> Int {
    switch currency {
    case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
      "XOF", "XPF":
      0
    case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
    case "CLF", "UYW": 4
    default: 2
    }
  }
}

/// Why a value is no money.
public enum MoneyError: Error, Equatable, Sendable {
  case notMoney
  case invalidCurrency(String)
  case amount(DecimalError)
}
