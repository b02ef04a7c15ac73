internal import CLinux
internal import Glibc
internal import NativeThreads

/// A program with its arguments, and how it is to run.
public struct ChildCommand: Sendable {
  /// Where what the child prints goes. Both streams go to the same place.
  public enum Output: Sendable {
    case inherit
    case discard
    /// Appended to a file, which is made when missing, and must not be a link.
    case file(String)
    /// Called for each line, on a thread of its own, and once with nil at the end of the output. A line of more than
    /// 1 MiB comes in pieces.
    case lines(@Sendable (String?) -> Void)
  }

  /// What the child reads.
  public enum Input: Sendable {
    case null
    case inherit
    /// A pipe on which nothing comes, and which ends when this process does, whatever way it ends.
    case lifeline
  }

  public var program: String
  public var arguments: [String]
  /// Variables set beside those that this process has; nil takes one away.
  public var environment: [String: String?]
  public var directory: String?
  public var input: Input
  public var output: Output
  /// The user that the child runs as; only root can choose another.
  public var user: String?
  /// The signal that the kernel sends to the child when this process ends, be it by `kill -9`.
  public var signalAtParentsEnd: ProcessSignal?

  /// - Parameter program: a path, or a name that is looked for in `PATH`.
  public init(
    _ program: String, _ arguments: [String] = [], environment: [String: String?] = [:], directory: String? = nil,
    input: Input = .null, output: Output = .discard, user: String? = nil, signalAtParentsEnd: ProcessSignal? = .kill
  ) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
    self.input = input
    self.output = output
    self.user = user
    self.signalAtParentsEnd = signalAtParentsEnd
  }

  /// The command line with what changes the user and arms the parent-death signal before it.
  ///
  /// A change of user disarms the signal, so it is armed after it, by a second `setpriv`. Both replace themselves by the
  /// program, which therefore keeps the process id.
  private func commandLine(resolved: String) -> [String] {
    var line: [String] = []
    if let user { line += ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "--"] }
    if let signalAtParentsEnd { line += ["setpriv", "--pdeathsig", signalAtParentsEnd.description, "--"] }
    return line + [resolved] + arguments
  }

  /// Starts the program on this thread and returns its process id.
  func spawn() throws(LocalServerError) -> Int32 {
    guard let resolved = Programs.find(program) else {
      throw .programNotFound(program, hint: "is it installed, and is its directory in PATH?")
    }
    let line = commandLine(resolved: resolved)
    let streams = try ChildStreams(input: input, output: output)
    defer { streams.closeChildEnds() }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, streams.input, 0)
    posix_spawn_file_actions_adddup2(&actions, streams.output, 1)
    posix_spawn_file_actions_adddup2(&actions, streams.error, 2)
    hl_spawn_close_from(&actions, 3)
    if let directory { hl_spawn_change_directory(&actions, directory) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var processID: pid_t = 0
    let status = withCStrings(line) { argv in
      withCStrings(mergedEnvironment()) { environment in
        posix_spawnp(&processID, line[0], &actions, &attributes, argv, environment)
      }
    }
    guard status == 0 else {
      streams.closeParentEnds()
      throw .cannotStart(program, reason: String(cString: strerror(status)))
    }
    streams.readLines()
    return processID
  }

  private func mergedEnvironment() -> [String] {
    let kept = Programs.environment().filter { entry in !environment.keys.contains { entry.hasPrefix("\($0)=") } }
    return kept + environment.compactMap { name, value in value.map { "\(name)=\($0)" } }
  }
}

/// Calls `body` with `strings` as a null-terminated array of C strings.
private func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  let copies = strings.map { strdup($0) } + [nil]
  defer { for copy in copies { free(copy) } }
  return copies.withUnsafeBufferPointer { buffer in
    // Never empty: it ends with nil.
    body(buffer.baseAddress!)
  }
}
