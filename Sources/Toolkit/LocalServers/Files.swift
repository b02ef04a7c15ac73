internal import Glibc

/// The few file operations that the servers need.
enum Files {
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// An absolute path, since a server changes its working directory.
  static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let current = getcwd(nil, 0) else { return path }
    defer { free(current) }
    return "\(String(cString: current))/\(path)"
  }

  static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        // The name ends with a zero byte inside the tuple.
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Makes a directory and its parents.
  static func makeDirectory(_ path: String) throws(LocalServerError) {
    var sofar = ""
    for part in path.split(separator: "/") {
      sofar += "/\(part)"
      if mkdir(sofar, 0o755) != 0, errno != EEXIST {
        throw .file(sofar, reason: String(cString: strerror(errno)))
      }
    }
  }

  /// The name of a user, or the number where there is none.
  static func name(ofUser id: uid_t) -> String { getpwuid(id).map { String(cString: $0.pointee.pw_name) } ?? "\(id)" }

  /// Writes a file, in place of an earlier one, that its owner alone can read.
  /// - Parameter owner: this user, unless given.
  static func writeSecret(
    _ text: String, to path: String, owner: (user: uid_t, group: gid_t)? = nil
  ) throws(LocalServerError) {
    unlink(path)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .file(path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count,
      owner.map({ fchown(descriptor, $0.user, $0.group) == 0 }) ?? true
    else { throw .file(path, reason: String(cString: strerror(errno))) }
  }

  /// What `writeSecret` wrote; nil where there is no such file.
  static func readSecret(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = read(descriptor, &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
  }

  /// 128 random bits as letters and digits.
  static func randomPassword() -> String {
    var generator = SystemRandomNumberGenerator()
    return [generator.next(), generator.next()].map { String($0 as UInt64, radix: 36) }.joined()
  }

  /// The last lines of a file, at most 4 KiB.
  static func tail(_ path: String, lines: Int = 15) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "(\(path) cannot be read)" }
    defer { close(descriptor) }
    let size = lseek(descriptor, 0, SEEK_END)
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let count = pread(descriptor, &buffer, buffer.count, max(0, size - buffer.count))
    let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    return text.split(separator: "\n").suffix(lines).joined(separator: "\n")
  }

  /// The first parent of `path` (or itself) that users other than its owner cannot pass, if any.
  static func firstClosedParent(of path: String) -> String? {
    var sofar = ""
    for part in path.split(separator: "/").dropLast() {
      sofar += "/\(part)"
      var status = stat()
      guard stat(sofar, &status) == 0 else { return nil }
      if status.st_mode & 0o001 == 0 { return sofar }
    }
    return nil
  }
}
