/// Names of a package's parts: relationships give them relative to the part that they belong to, or from the root.
enum PartName {
  /// As archives are searched for it: in lower case (names differ by more than case), with slashes, without the first.
  static func key(_ name: String) -> String {
    let name = name.lowercased().replacing("\\", with: "/")
    return name.hasPrefix("/") ? String(name.dropFirst()) : name
  }

  /// The part that a relationship of `source` points to.
  static func resolve(_ target: String, from source: String) -> String {
    let target = unescaped(target).replacing("\\", with: "/")
    var steps = target.hasPrefix("/") ? [] : source.split(separator: "/").dropLast().map(String.init)
    for step in target.split(separator: "/") {
      switch step {
      case ".": continue
      case "..": _ = steps.popLast()
      default: steps.append(String(step))
      }
    }
    return steps.joined(separator: "/")
  }

  /// Targets are references such as `my%20sheet.xml`.
  private static func unescaped(_ target: String) -> String {
    guard target.utf8.contains(UInt8(ascii: "%")) else { return target }
    var (bytes, rest) = ([UInt8](), Array(target.utf8)[...])
    while let byte = rest.popFirst() {
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The part that holds the relationships of `source`.
  static func relationships(of source: String) -> String {
    var steps = source.split(separator: "/", omittingEmptySubsequences: false)
    let last = steps.popLast() ?? ""
    return (steps + ["_rels", "\(last).rels"]).joined(separator: "/")
  }
}
