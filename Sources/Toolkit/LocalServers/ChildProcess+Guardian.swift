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

  /// Removes a directory of servers' data once this process has ended, in whatever way.
  ///
  /// A Kafka's own guardian needs the `pid` files in there to end it, and removes them: they are waited for, for 30 seconds
  /// at most. Servers still write while they end, so removal is repeated, as long at most.
  public static func removeAtParentsEnd(_ directory: String) async throws(LocalServerError) -> ChildProcess {
    try await atParentsEnd(
      """
      n=0; while [ -n "$(find "$1" -name pid)" ] && [ $n -lt 100 ]; do n=$((n+1)); sleep 0.3; done
      n=0; until rm -rf "$1" || [ $n -ge 100 ]; do n=$((n+1)); sleep 0.3; done; sleep 2; rm -rf "$1"
      """, [directory])
  }
}
