extension ChildProcess {
  /// Starts a shell that does nothing until this process has ended, in whatever way, and then runs `script`.
  ///
  /// It is for what a parent-death signal cannot do: to remove files, or to end processes that detached themselves.
  /// - Parameters:
  ///   - script: a line of `sh`; `arguments` are its `$1`, `$2`, ….
  public static func atParentsEnd(
    _ script: String, _ arguments: [String]
  ) async throws(LocalServerError) -> ChildProcess {
    try await start(
      ChildCommand(
        "/bin/sh", ["-c", "read -r line; \(script)", "guardian"] + arguments, directory: "/", input: .lifeline,
        signalAtParentsEnd: nil))
  }
}
