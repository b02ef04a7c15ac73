/// A series' labels, in the form in which they are shown: `name="value",…`.
struct MetricLabels: Hashable, Sendable {
  let text: String
  let names: [String]

  init(_ pairs: some Sequence<(key: String, value: String)>) {
    var text = ""
    var names: [String] = []
    for (name, value) in pairs {
      precondition(Self.isName(name), "not a label's name: \(name)")
      if !text.isEmpty { text += "," }
      text += "\(name)=\"\(Self.escaped(value))\""
      names.append(name)
    }
    self.text = text
    self.names = names
  }

  /// The same names with the value that stands for all values beyond the limit.
  var overflow: MetricLabels { MetricLabels(names.map { (key: $0, value: "other") }) }

  /// The labels in braces, with one more at the end.
  func braced(adding extra: String? = nil) -> String {
    let all = [text, extra ?? ""].filter { !$0.isEmpty }.joined(separator: ",")
    return all.isEmpty ? "" : "{\(all)}"
  }

  private static func escaped(_ value: String) -> String {
    guard value.utf8.contains(where: { $0 == 0x22 || $0 == 0x5c || $0 == 0x0a }) else { return value }
    var result = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// `[a-zA-Z_][a-zA-Z0-9_]*`, not beginning with two underscores, which Prometheus keeps for itself.
  private static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(48...57).contains(first), !name.hasPrefix("__") else { return false }
    return name.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95
    }
  }
}
