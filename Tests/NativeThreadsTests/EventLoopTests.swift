import Glibc
import NativeThreads
import Synchronization
import Testing

/// What ran on a loop, in order; only the loop's thread touches it.
private final class Journal: Sendable {
  private let state = Mutex<[Int]>([])
  func note(_ number: Int) { state.withLock { $0.append(number) } }
  var numbers: [Int] { state.withLock { $0 } }
}

extension EventLoop {
  /// Runs `body` on the loop and returns its result.
  fileprivate func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in post { continuation.resume(returning: body()) } }
  }
}

/// Lives on a loop's thread.
private actor Resident {
  private let loop: EventLoop
  private(set) var visits = 0

  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  init(loop: EventLoop) { self.loop = loop }

  func visit() -> Bool {
    visits += 1
    return loop.isCurrent
  }

  nonisolated func assume() -> Int { assumeIsolated { $0.visits } }
}

@Suite(.timeLimit(.minutes(5)))
struct EventLoopTests {
  private let journal = Journal()

  @Test func jobsRunInOrderAndTheLastBeforeTheStop() {
    let loop = EventLoop(name: "order")
    for number in 0..<1_000 { loop.post { [journal] in journal.note(number) } }
    loop.stop()
    #expect(journal.numbers == Array(0..<1_000))
    // Dropped, and harmless.
    loop.post { [journal] in journal.note(-1) }
    loop.stop()
    #expect(journal.numbers.count == 1_000)
  }

  @Test func jobsPostedByJobsStillRun() {
    let loop = EventLoop(name: "nested")
    loop.post { [journal] in
      loop.post {
        journal.note(1)
        loop.post { journal.note(2) }
      }
      loop.stop()
    }
    loop.stop()
    // The loop ends only when nothing is left.
    #expect(journal.numbers == [1, 2])
  }

  @Test func manyThreadsLoseNoJob() async {
    let loop = EventLoop(name: "many")
    let counter = Counter()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask { for _ in 0..<5_000 { loop.post { counter.increment() } } }
      }
    }
    loop.stop()
    #expect(counter.count == 40_000)
  }

  @Test func aSleepingLoopIsAlwaysWoken() async {
    let loop = EventLoop(name: "wake")
    // A round trip each, so that the loop goes to sleep in between.
    for _ in 0..<2_000 { #expect(await loop.run { loop.isCurrent }) }
    #expect(!loop.isCurrent)
    loop.stop()
  }

  @Test func deadlinesComeInOrderAndCancelledOnesNever() async {
    let loop = EventLoop(name: "timers")
    let end = ContinuousClock.now + .milliseconds(600)
    await withCheckedContinuation { continuation in
      loop.post { [journal] in
        loop.schedule(after: .milliseconds(600)) { continuation.resume() }
        loop.schedule(after: .milliseconds(100)) { journal.note(2) }
        let cancelled = loop.schedule(after: .milliseconds(50)) { journal.note(-1) }
        loop.schedule(after: .milliseconds(300)) { journal.note(3) }
        loop.schedule(after: .zero) { journal.note(1) }
        loop.cancel(cancelled)
        loop.cancel(cancelled)
      }
    }
    #expect(ContinuousClock.now >= end)
    #expect(journal.numbers == [1, 2, 3])
    loop.stop()
  }

  @Test func aDeadlineSetAgainAndAgainCostsNoMemoryAndOnlyTheLastOneCounts() async {
    let loop = EventLoop(name: "idle")
    await withCheckedContinuation { continuation in
      loop.post { [journal] in
        var last = loop.schedule(after: .seconds(100)) { journal.note(-1) }
        for _ in 0..<10_000 {
          loop.cancel(last)
          last = loop.schedule(after: .seconds(100)) { journal.note(-1) }
        }
        loop.cancel(last)
        loop.schedule(after: .milliseconds(1)) { continuation.resume() }
      }
    }
    #expect(journal.numbers == [])
    loop.stop()
  }

  @Test func descriptorsAreWatchedUntilUnwatched() async throws {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    let (reader, writer) = (ends[0], ends[1])
    let loop = EventLoop(name: "watch")
    let (events, sender) = AsyncStream.makeStream(of: Readiness.self)
    var next = events.makeAsyncIterator()
    _ = await loop.run {
      loop.watch(reader, for: .readable) { event in
        var byte: UInt8 = 0
        _ = read(reader, &byte, 1)
        sender.yield(event)
      }
    }
    write(writer, [1], 1)
    #expect(await next.next() == .readable)
    // Watched for nothing, it says nothing; watched again, it tells what came meanwhile.
    await loop.run { loop.rewatch(reader, for: []) }
    write(writer, [2], 1)
    for _ in 0..<3 { await loop.run {} }
    await loop.run { loop.rewatch(reader, for: .readable) }
    #expect(await next.next() == .readable)
    // The other side's end is told without being asked for.
    close(writer)
    #expect(await next.next()?.contains(.broken) == true)
    await loop.run { loop.unwatch(reader) }
    // A closed number that comes again is watched anew.
    close(reader)
    var again: [Int32] = [-1, -1]
    try #require(pipe(&again) == 0)
    let second = again[1]
    let isWritable = await withCheckedContinuation { continuation in
      loop.post {
        loop.watch(second, for: .writable) { event in
          loop.unwatch(second)
          continuation.resume(returning: event.contains(.writable))
        }
      }
    }
    #expect(isWritable)
    loop.stop()
    close(again[0])
    close(again[1])
  }

  @Test func aHandlerMayUnwatchAnotherOneThatIsReadyToo() async throws {
    var first: [Int32] = [-1, -1]
    var second: [Int32] = [-1, -1]
    try #require(pipe(&first) == 0 && pipe(&second) == 0)
    let readers = [first[0], second[0]]
    let writers = [first[1], second[1]]
    let loop = EventLoop(name: "unwatch")
    await loop.run { [journal] in
      for reader in readers {
        loop.watch(reader, for: .readable) { _ in
          journal.note(Int(reader))
          for reader in readers { loop.unwatch(reader) }
        }
      }
      for writer in writers { write(writer, [1], 1) }
    }
    for _ in 0..<3 { await loop.run {} }
    #expect(journal.numbers.count == 1)
    loop.stop()
    for descriptor in readers + writers { close(descriptor) }
  }

  @Test func anActorCanLiveOnALoop() async {
    let loop = EventLoop(name: "actor")
    let resident = Resident(loop: loop)
    for _ in 0..<100 { #expect(await resident.visit()) }
    #expect(await loop.run { resident.assume() } == 100)
    #expect(await Task(executorPreference: loop) { loop.isCurrent }.value)
    loop.stop()
  }

  @Test func signalsAreHeardUntilTheLoopStops() async {
    let loop = EventLoop(name: "signals")
    let (events, sender) = AsyncStream.makeStream(of: Int32.self)
    await loop.run { loop.watchSignals([SIGUSR1]) { sender.yield($0) } }
    var next = events.makeAsyncIterator()
    for _ in 0..<3 {
      kill(getpid(), SIGUSR1)
      #expect(await next.next() == SIGUSR1)
    }
    loop.stop()
    var action = sigaction()
    sigaction(SIGUSR1, nil, &action)
    #expect(action.__sigaction_handler.sa_handler == nil)
  }
}
