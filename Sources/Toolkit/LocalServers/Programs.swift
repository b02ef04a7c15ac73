internal import Glibc

/// Where programs are, and what environment they get.
enum Programs {
  /// The path of a program: itself when it has a slash, else where `PATH` or one of `folders` has it.
  static func find(_ name: String, in folders: [String] = []) -> String? {
    if name.contains("/") { return isExecutable(name) ? name : nil }
    let path = environment()["PATH"] ?? "/usr/bin:/bin"
    let candidates = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"] + folders
    return candidates.lazy.map { "\($0)/\(name)" }.first(where: isExecutable)
  }

  /// A program of PostgreSQL. Debian keeps them off `PATH`; of several versions the newest counts.
  static func postgres(_ name: String) throws(LocalServerError) -> String {
    let root = "/usr/lib/postgresql"
    let versions = Files.names(in: root).compactMap(Int.init).sorted(by: >)
    for version in versions where isExecutable("\(root)/\(version)/bin/\(name)") {
      return "\(root)/\(version)/bin/\(name)"
    }
    guard let found = find(name) else { throw .programNotFound(name, hint: "apt-get install postgresql") }
    return found
  }

  /// The variables of this process.
  static func environment() -> [String: String] {
    var result: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let parts = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { result[String(parts[0])] = String(parts[1]) }
      next += 1
    }
    return result
  }

  private static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }
}
