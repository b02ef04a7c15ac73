/// `Yes`, `No` and their kin.
enum BooleanCell {
  private static let yes: [StaticString] = ["yes", "y", "true", "t", "1", "on"]
  private static let no: [StaticString] = ["no", "n", "false", "f", "0", "off"]

  @inline(__always)
  static func read(_ cell: UnsafeBufferPointer<UInt8>) throws(CellProblem) -> Bool {
    switch cell.count {
    case 1:
      switch cell[0].lowercased {
      case UInt8(ascii: "y"), UInt8(ascii: "t"), UInt8(ascii: "1"): return true
      case UInt8(ascii: "n"), UInt8(ascii: "f"), UInt8(ascii: "0"): return false
      default: break
      }
    case 2 where cell[0].lowercased == UInt8(ascii: "n") && cell[1].lowercased == UInt8(ascii: "o"): return false
    case 3
    where cell[0].lowercased == UInt8(ascii: "y") && cell[1].lowercased == UInt8(ascii: "e")
      && cell[2].lowercased == UInt8(ascii: "s"):
      return true
    default: break
    }
    if yes.contains(where: { cell.equalsIgnoringCase($0) }) { return true }
    if no.contains(where: { cell.equalsIgnoringCase($0) }) { return false }
    throw CellProblem(code: "invalid_boolean", description: "This is neither Yes nor No.", hint: "Write Yes or No.")
  }
}
