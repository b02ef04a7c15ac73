import Arguments
import Testing

struct TerminalTests {
  @Test func tablesAreAligned() {
    var table = TextTable([("Name", .left), ("Rows", .right), ("Note", .left)])
    table.add(["日本", "12", "x"])
    table.add(["a\nb", "3"])
    table.add(["é", "1000", ""])
    #expect(table.text() == "Name  Rows  Note\n日本    12  x\na b      3\né     1000\n")
  }

  @Test func widthCountsColumns() {
    #expect(DisplayWidth.of("e\u{301}") == 1)
    #expect(DisplayWidth.of("日本語") == 6)
    #expect(DisplayWidth.of("👍") == 2)
    #expect(DisplayWidth.cut("abcdef", to: 4) == "abc…")
    #expect(DisplayWidth.cut("abcd", to: 4) == "abcd")
  }

  @Test func aFileIsNoTerminal() {
    let nowhere = Terminal(descriptor: -1)
    #expect(!nowhere.isTerminal)
    #expect(nowhere.styled("x", .dim) == "x")
    #expect(nowhere.width == 80)
  }
}
