/// Which numbers a section of a number format is for, `[<10]`.
enum FormatCondition: Sendable, Equatable {
  case below(Double)
  case atMost(Double)
  case equal(Double)
  case unequal(Double)
  case above(Double)
  case atLeast(Double)

  /// The longer signs first.
  private static let signs: [(sign: String, condition: @Sendable (Double) -> FormatCondition)] = [
    ("<=", { .atMost($0) }), ("<>", { .unequal($0) }), (">=", { .atLeast($0) }), ("<", { .below($0) }),
    (">", { .above($0) }), ("=", { .equal($0) }),
  ]

  /// - Parameter text: what stands between the brackets; nil if that is no condition.
  init?(_ text: String) {
    guard let (sign, condition) = FormatCondition.signs.first(where: { text.hasPrefix($0.sign) }),
      let limit = Double(text.dropFirst(sign.count))
    else { return nil }
    self = condition(limit)
  }

  func holds(for number: Double) -> Bool {
    switch self {
    case .below(let limit): number < limit
    case .atMost(let limit): number <= limit
    case .equal(let limit): number == limit
    case .unequal(let limit): number != limit
    case .above(let limit): number > limit
    case .atLeast(let limit): number >= limit
    }
  }
}
