/// Puts systems into an order in which each stands behind those that it comes after.
public enum SystemOrder {
  /// The places of `names` in order; ties keep the order of the file.
  /// - Throws: the names along a cycle, the first repeated at the end.
  public static func sort(_ names: [String], after: [String: [String]]) throws(SystemCycle) -> [String] {
    var sorted: [String] = []
    var done: Set<String> = []
    for name in names { try visit(name, after: after, path: [], done: &done, sorted: &sorted) }
    return sorted
  }

  private static func visit(
    _ name: String, after: [String: [String]], path: [String], done: inout Set<String>, sorted: inout [String]
  ) throws(SystemCycle) {
    if done.contains(name) { return }
    if let start = path.firstIndex(of: name) { throw SystemCycle(names: Array(path[start...]) + [name]) }
    for before in after[name] ?? [] {
      try visit(before, after: after, path: path + [name], done: &done, sorted: &sorted)
    }
    done.insert(name)
    sorted.append(name)
  }
}

/// Systems that wait for each other.
public struct SystemCycle: Error, Equatable, Sendable {
  public let names: [String]
}
