import Glibc
import NativeThreads
import Synchronization
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5)))
struct NativeThreadTests {
  @Test func joinWaitsForTheBody() {
    let counter = Counter()
    let thread = NativeThread(name: "a thread with a long name") {
      // The kernel's name of the calling thread.
      let file = open("/proc/thread-self/comm", O_RDONLY)
      var name = [UInt8](repeating: 0, count: 32)
      let count = read(file, &name, name.count)
      close(file)
      if String(decoding: name.prefix(max(0, count)), as: UTF8.self) == "a thread with a\n" { counter.increment() }
    }
    thread.join()
    #expect(counter.count == 1)
    #expect(!thread.isCurrent)
  }

  @Test func threadsThatNobodyJoinsFreeThemselves() async {
    // A leaked thread keeps its stack of 8 MiB mapped; thousands would show.
    let before = mappings()
    for _ in 0..<3_000 {
      await withCheckedContinuation { continuation in _ = NativeThread(name: "short") { continuation.resume() } }
    }
    #expect(mappings() < before + 3_000)
  }

  /// Their ends and their handles' ends meet in every order.
  @Test func threadsMayEndWhileTheirHandlesDo() async throws {
    let count = 20_000
    let ended = Counter()
    for round in 0..<count {
      let thread = NativeThread(name: "short") { ended.increment() }
      // From no wait at all to about the time that such a thread takes.
      for _ in 0..<(round % 400) where ended.count > round { break }
      withExtendedLifetime(thread) {}
    }
    try await eventually { ended.count == count }
  }

  private func mappings() -> Int {
    let file = open("/proc/self/maps", O_RDONLY)
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var lines = 0
    while case let count = read(file, &buffer, buffer.count), count > 0 {
      lines += buffer[..<count].count { $0 == UInt8(ascii: "\n") }
    }
    return lines
  }
}
