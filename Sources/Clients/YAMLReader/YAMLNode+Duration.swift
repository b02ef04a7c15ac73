internal import Quantities

extension YAMLNode {
  /// A time span: numbers with their units (`250ms`, `2s`, `1h30m`, `20d`), or a plain `0`.
  public func duration() throws(YAMLError) -> Duration {
    do throws(DurationText.Problem) {
      guard let text else { throw .malformed }
      return try DurationText.read(text)
    } catch {
      switch error {
      case .malformed:
        throw self.error("expected a time span, found \(summary)", hint: "write it as 250ms, 2s, 30m, 24h or 20d")
      case .unit(let unit):
        throw self.error(
          unit.isEmpty ? "\(summary) has no unit" : "the unit “\(unit)” is not known",
          hint: "write ms, s, m, h or d after the number")
      case .tooLarge: throw self.error("\(summary) is too large")
      }
    }
  }
}
