internal import Glibc
internal import LocalServers

/// The directory of one test run, for servers and temporary files. A guardian removes it once the run has ended, even by
/// `kill -9`.
actor RunDirectory {
  static let instance = RunDirectory()

  private var made: Task<String, any Error>?
  private var guardian: ChildProcess?
  private var lastNumber = 0

  func path() async throws -> String {
    if let made { return try await made.value }
    let making = Task { try await make() }
    made = making
    return try await making.value
  }

  /// A new empty directory inside.
  func subdirectory(_ name: String) async throws -> String {
    let parent = try await path()
    lastNumber += 1
    let made = "\(parent)/\(name)-\(lastNumber)"
    guard mkdir(made, 0o755) == 0 else { throw TestKitError(message: "\(made): \(String(cString: strerror(errno)))") }
    return made
  }

  private func make() async throws -> String {
    var template = Array("/tmp/hyperloop-tests-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw TestKitError(message: "mkdtemp: \(String(cString: strerror(errno)))")
    }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // PostgreSQL's user must be able to pass through.
    chmod(path, 0o755)
    // A Kafka's own guardian needs the `pid` files in here to end it, and removes them: they are waited for, for 30
    // seconds at most. Servers still write while they end, so removal is repeated, as long at most.
    guardian = try await ChildProcess.atParentsEnd(
      """
      n=0; while [ -n "$(find "$1" -name pid)" ] && [ $n -lt 100 ]; do n=$((n+1)); sleep 0.3; done
      n=0; until rm -rf "$1" || [ $n -ge 100 ]; do n=$((n+1)); sleep 0.3; done; sleep 2; rm -rf "$1"
      """, [path])
    return path
  }
}
