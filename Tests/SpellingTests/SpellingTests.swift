import Spelling
import Testing

struct SpellingTests {
  private let words = ["submit", "status", "list"]

  @Test(arguments: [
    ("submit", "submit"), ("sumbit", "submit"), ("STATSU", "status"), ("lst", "list"), ("lsit", "list"),
  ])
  func nearWordsAreFound(word: String, meant: String) { #expect(Spelling.closest(to: word, in: words) == meant) }

  @Test(arguments: ["delete", "s", "", "listed files", String(repeating: "list", count: 20)])
  func othersAreNot(word: String) { #expect(Spelling.closest(to: word, in: words) == nil) }
}
