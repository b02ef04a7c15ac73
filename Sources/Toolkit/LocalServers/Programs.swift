internal import Glibc

/// Where programs are, and what environment they get.
enum Programs {
  /// The path of a program: itself when it has a slash, else where `PATH` or a folder of the system's has it.
  static func find(_ name: String) -> String? {
    if name.contains("/") { return isExecutable(name) ? name : nil }
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    let candidates = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
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

  /// The variables of this process, each as `NAME=VALUE`.
  static func environment() -> [String] {
    var entries: [String] = []
    var next = environ
    while let entry = next.pointee {
      entries.append(String(cString: entry))
      next += 1
    }
    return entries
  }

  private static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }
}
