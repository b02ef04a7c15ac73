internal import ItemModel

/// Dates whose month is a word, so that nothing is left to declare: `11-Apr-19`, `April 11, 2019`.
enum MonthName {
  private static let months: [StaticString] = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]

  private static let weekdays: [StaticString] = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ]

  static func read(_ cell: UnsafeBufferPointer<UInt8>, pivot: Int) -> CalendarDate? {
    guard cell.count <= 32 else { return nil }
    var words = cell.split { " -/.,".utf8.contains($0) }.map { UnsafeBufferPointer(rebasing: $0) }
    if words.count == 4, number(of: words[0], in: weekdays) != nil { words.removeFirst() }
    guard words.count == 3, let place = words.firstIndex(where: { $0.allSatisfy(\.isLetter) }), place < 2,
      let month = number(of: words[place], in: months)
    else { return nil }
    var numbers: [(value: Int, digits: Int)] = []
    for (index, word) in words.enumerated() where index != place {
      guard word.count <= 4, word.allSatisfy(\.isDigit) else { return nil }
      numbers.append((word.reduce(0) { $0 * 10 + Int($1 - 0x30) }, word.count))
    }
    // The day stands before the year, unless the year has four digits and stands first.
    if numbers[0].digits == 4, place == 1 { numbers.swapAt(0, 1) }
    guard numbers[0].digits <= 2, numbers[1].digits == 2 || numbers[1].digits == 4 else { return nil }
    return CalendarDate(
      year: DateCell.year(numbers[1].value, numbers[1].digits, pivot), month: month, day: numbers[0].value)
  }

  /// `4-Mar` or `Mar-04`, of which one part is left out.
  static func isDateWithoutYearOrDay(_ cell: UnsafeBufferPointer<UInt8>) -> Bool {
    let words = cell.split(separator: UInt8(ascii: "-")).map { UnsafeBufferPointer(rebasing: $0) }
    guard words.count == 2, let place = words.firstIndex(where: { number(of: $0, in: months) != nil }) else {
      return false
    }
    let other = words[1 - place]
    return (place == 0 ? 2...2 : 1...2).contains(other.count) && other.allSatisfy(\.isDigit)
  }

  /// The place, from 1, of a name or of its first three letters.
  private static func number(of word: UnsafeBufferPointer<UInt8>, in names: [StaticString]) -> Int? {
    guard word.count >= 3 else { return nil }
    let place = names.firstIndex { name in
      name.withUTF8Buffer { name in
        (word.count == 3 || word.count == name.count || word.equalsIgnoringCase("sept"))
          && zip(word, name).allSatisfy { $0.lowercased == $1 }
      }
    }
    return place.map { $0 + 1 }
  }
}
