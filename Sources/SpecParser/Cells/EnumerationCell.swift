/// One of the values that a column may have, or a word that stands for one.
enum EnumerationCell {
  static func read(
    _ cell: UnsafeBufferPointer<UInt8>, _ enumeration: Enumeration
  ) throws(CellProblem) -> (value: String, isSynonym: Bool) {
    let key = Enumeration.key(cell.text)
    if let place = enumeration.places[key] {
      let value = enumeration.values[place]
      return (value, Enumeration.key(value) != key)
    }
    let meant = enumeration.closest(to: cell.text)
    let known = enumeration.values.prefix(20).joined(separator: ", ")
    throw CellProblem(
      code: "unknown_value", description: "This is none of the column's values.",
      hint: meant.map { "Did you mean \($0)?" }
        ?? "The values are \(known)\(enumeration.values.count > 20 ? ", …" : "").")
  }
}
