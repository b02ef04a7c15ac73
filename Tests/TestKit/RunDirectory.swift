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
    guardian = try await ChildProcess.removeAtParentsEnd(path)
    return path
  }
}
