import Glibc

/// Stops a process of the server's, or lets it go on.
func signal(_ process: Int64, stop: Bool) { kill(pid_t(process), stop ? SIGSTOP : SIGCONT) }

/// Ends a process of the server's at once.
func killAtOnce(_ process: Int64) { kill(pid_t(process), SIGKILL) }

struct SystemError: Error { let code: Int32 }

func write(_ text: String, to path: String) throws {
  guard let file = fopen(path, "w") else { throw SystemError(code: errno) }
  fputs(text, file)
  fclose(file)
}
