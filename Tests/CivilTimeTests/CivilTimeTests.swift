import CivilTime
import Testing

struct CivilTimeTests {
  /// Pairs made with `date -u -d @SECONDS`.
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000000Z"), (951_782_400_000_001, "2000-02-29T00:00:00.000001Z"),
      (951_868_799_999_999, "2000-02-29T23:59:59.999999Z"), (1_554_974_445_123_456, "2019-04-11T09:20:45.123456Z"),
      (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
    ] as [(Int64, String)])
  func momentsAreRFC3339(microseconds: Int64, text: String) {
    #expect(String(decoding: RFC3339.text(microseconds: microseconds), as: UTF8.self) == text)
  }

  @Test func momentsThatNobodyMeansAreShownAllTheSame() {
    #expect(RFC3339.text(microseconds: .min).starts(with: "0000-".utf8))
    #expect(RFC3339.text(microseconds: .max).starts(with: "9999-".utf8))
  }

  @Test func daysAreCountedWithoutGaps() {
    var expected = DayNumber.of(year: 0, month: 3, day: 1)
    #expect(expected == -719_468 && DayNumber.of(year: 1970, month: 1, day: 1) == 0)
    for year in 1896...2104 {
      let isLeap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
      for (month, days) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
        if year == 1896, month == 0 { expected = DayNumber.of(year: 1896, month: 1, day: 1) }
        for day in 1...days {
          #expect(DayNumber.of(year: year, month: month + 1, day: day) == expected)
          #expect(DayNumber.date(of: expected) == (year, month + 1, day))
          expected += 1
        }
      }
    }
  }
}
