import Glibc
import LocalServers
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ChildProcessTests {
  @Test func outputAndExitCode() async throws {
    let (exit, output) = try await ChildProcess.run(
      ChildCommand("sh", ["-c", "echo out; echo err >&2; printf $WORD; exit 3"], environment: ["WORD": "tail"]))
    #expect(exit == .code(3))
    #expect(output == "out\nerr\ntail\n")
  }

  @Test func environmentIsAddedToOurs() async throws {
    let command = ChildCommand(
      "sh", ["-c", "echo ${PATH:+path} ${HOME-none} $A"], environment: ["HOME": nil, "A": "b=c"])
    #expect(try await ChildProcess.run(command).output == "path none b=c\n")
  }

  @Test func outputIsSeenWhileTheChildRuns() async throws {
    let collector = LineCollector()
    let child = try await ChildProcess.start(
      ChildCommand("sh", ["-c", "echo serving; exec sleep 60"], output: collector.output))
    try await eventually { collector.lines == ["serving"] }
    #expect(child.isRunning)
    await child.kill()
    await collector.end()
  }

  @Test func missingProgramIsTold() async throws {
    await #expect(throws: LocalServerError.self) { try await ChildProcess.start(ChildCommand("no-such-program")) }
  }

  @Test func stopEndsWhatIgnoresTheSignal() async throws {
    try await withTemporaryDirectory { directory in
      let child = try await ChildProcess.start(
        ChildCommand("sh", ["-c", "trap '' TERM; touch \(directory)/ready; while :; do sleep 0.05; done"]))
      try await eventually { access("\(directory)/ready", F_OK) == 0 }
      #expect(child.isRunning)
      #expect(await child.stop(grace: .milliseconds(200)) == .signal(.kill))
      #expect(!child.isRunning)
      child.signal(.kill)
    }
  }

  /// The child of a child that is killed must not survive it: neither with the same user nor with another.
  @Test(arguments: [nil, getuid() == 0 ? "postgres" : nil] as Set<String?>)
  func childDiesWithItsParent(user: String?) async throws {
    try await withTemporaryDirectory { directory in
      // A shell stands for the parent: it arms the signal as ChildCommand does.
      let change = user.map { "setpriv --reuid \($0) --regid \($0) --init-groups --" } ?? ""
      let parent = try await ChildProcess.start(
        ChildCommand(
          "sh", ["-c", "\(change) setpriv --pdeathsig KILL -- sleep 60 & echo $! >\(directory)/pid; wait"]))
      var pid: Int32 = 0
      try await eventually {
        pid = Int32((try await ChildProcess.run(ChildCommand("cat", ["\(directory)/pid"]))).output.dropLast()) ?? 0
        let state = try await ChildProcess.run(ChildCommand("cat", ["/proc/\(pid)/comm"])).output
        return state == "sleep\n"
      }
      await parent.kill()
      try await eventually { Glibc.kill(pid, 0) != 0 }
    }
  }

  /// The kernel disarms the signal when the user changes, so the order of the two matters.
  @Test(arguments: [nil, getuid() == 0 ? "postgres" : nil] as Set<String?>)
  func theParentDeathSignalIsArmed(user: String?) async throws {
    let command = ChildCommand("setpriv", ["--dump"], directory: "/", user: user, signalAtParentsEnd: .quit)
    let output = try await ChildProcess.run(command).output
    #expect(output.contains("Parent death signal: QUIT"))
    if user != nil { #expect(!output.contains("uid: 0")) }
  }

  @Test func theGuardianRunsWhenTheLifelineEnds() async throws {
    try await withTemporaryDirectory { directory in
      // Its lifeline is this process's, which lives; so it must still wait.
      let guardian = try await ChildProcess.atParentsEnd("touch \"$1/done\"", [directory])
      #expect(guardian.isRunning)
      await guardian.kill()
      #expect(access("\(directory)/done", F_OK) != 0)
      // A child whose standard input ends at once stands for a parent that is gone.
      let script = "read -r line; touch \"$1/done\""
      #expect(try await ChildProcess.run(ChildCommand("sh", ["-c", script, "guardian", directory])).exit.isSuccess)
      #expect(access("\(directory)/done", F_OK) == 0)
    }
  }
}
