/// Names of a package's parts: relationships give them relative to the part that they belong to, or from the root.
enum PartName {
  /// As archives are searched for it: in lower case (names differ by more than case), with slashes, without the first.
  static func key(_ name: String) -> String {
    let name = name.lowercased().replacing("\\", with: "/")
    return name.hasPrefix("/") ? String(name.dropFirst()) : name
  }

  /// The part that a relationship of `source` points to.
  static func resolve(_ target: String, from source: String) -> String {
    let target = target.replacing("\\", with: "/")
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

  /// The part that holds the relationships of `source`.
  static func relationships(of source: String) -> String {
    var steps = source.split(separator: "/", omittingEmptySubsequences: false)
    let last = steps.popLast() ?? ""
    return (steps + ["_rels", "\(last).rels"]).joined(separator: "/")
  }
}
