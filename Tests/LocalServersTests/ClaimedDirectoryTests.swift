import Glibc
import LocalServers
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ClaimedDirectoryTests {
  @Test func oneAtATimeHasIt() async throws {
    try await withTemporaryDirectory { directory in
      let path = "\(directory)/a/b"
      var first: ClaimedDirectory? = try ClaimedDirectory(path)
      let error = #expect(throws: LocalServerError.self) { try ClaimedDirectory(path) }
      #expect(error?.description.contains("\(path) is in use by process \(getpid())") == true)
      #expect(first?.path == path)
      first = nil
      _ = try ClaimedDirectory(path)
    }
  }

  @Test func aChildDoesNotKeepIt() async throws {
    try await withTemporaryDirectory { directory in
      var first: ClaimedDirectory? = try ClaimedDirectory("\(directory)/a")
      let child = try await ChildProcess.start(ChildCommand("sleep", ["60"]))
      withExtendedLifetime(first) {}
      first = nil
      _ = try ClaimedDirectory("\(directory)/a")
      await child.kill()
    }
  }

  /// In `/var/tmp`, somebody else may have been there first.
  @Test func whatSomebodyElsePreparedIsRefused() async throws {
    try await withTemporaryDirectory { directory in
      mkdir("\(directory)/target", 0o755)
      symlink("\(directory)/target", "\(directory)/link")
      #expect(throws: LocalServerError.self) { try ClaimedDirectory("\(directory)/link") }
      #expect(access("\(directory)/target/lock", F_OK) != 0)

      mkdir("\(directory)/open", 0o755)
      chmod("\(directory)/open", 0o777)
      let open = #expect(throws: LocalServerError.self) { try ClaimedDirectory("\(directory)/open") }
      #expect(open?.description.contains("chmod go-w") == true)

      guard getuid() == 0 else { return }
      mkdir("\(directory)/foreign", 0o755)
      chown("\(directory)/foreign", 1, 1)
      let foreign = #expect(throws: LocalServerError.self) { try ClaimedDirectory("\(directory)/foreign") }
      #expect(foreign?.description.contains("\(directory)/foreign belongs to daemon") == true)
      #expect(access("\(directory)/foreign/lock", F_OK) != 0)
    }
  }

  @Test func aLogIsNotWrittenThroughALink() async throws {
    try await withTemporaryDirectory { directory in
      symlink("\(directory)/target", "\(directory)/log")
      await #expect(throws: LocalServerError.self) {
        _ = try await ChildProcess.start(ChildCommand("echo", ["x"], output: .file("\(directory)/log")))
      }
      #expect(access("\(directory)/target", F_OK) != 0)
    }
  }
}
