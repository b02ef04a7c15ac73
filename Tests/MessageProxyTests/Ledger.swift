import KafkaClient
import MessageProxy
import Synchronization

/// Keeps account of what handlers were given and answered, and of every promise that was broken.
final class Ledger: Sendable {
  struct Entry: Hashable {
    let partition: Int32
    let offset: Int64
  }

  struct Account {
    var out: Set<[UInt8]> = []
    var highest: [[UInt8]: Int] = [:]
    var done: [Entry: Int] = [:]
    var attempts: [Int] = []
    var violations: [String] = []
    var mostOut = 0
  }

  private let account = Mutex(Account())

  /// The value of a message is its number within its key, as text.
  func begin(_ message: ProxyMessage) {
    let key = message.key ?? []
    let number = Int(String(decoding: message.value ?? [], as: UTF8.self)) ?? -1
    account.withLock { account in
      if !account.out.insert(key).inserted { account.violations.append("two of a key are out: \(message.offset)") }
      if number > (account.highest[key] ?? -1) + 1 {
        account.violations.append("\(number) begun after \(account.highest[key] ?? -1)")
      }
      account.attempts.append(message.attempt)
      account.mostOut = max(account.mostOut, account.out.count)
    }
  }

  func end(_ message: ProxyMessage, isDone: Bool = true) {
    let key = message.key ?? []
    let number = Int(String(decoding: message.value ?? [], as: UTF8.self)) ?? -1
    account.withLock { account in
      account.out.remove(key)
      guard isDone else { return }
      account.highest[key] = max(account.highest[key] ?? -1, number)
      account.done[Entry(partition: message.partition, offset: message.offset), default: 0] += 1
    }
  }

  var snapshot: Account { account.withLock { $0 } }
  var doneCount: Int { account.withLock { $0.done.count } }
}

/// Answers each message after `delay`, with what `decide` says.
final class TestHandler: MessageHandler {
  let ledger: Ledger
  let delay: @Sendable () -> Duration
  /// Nil: never answered.
  let decide: @Sendable (ProxyMessage) -> Verdict?

  init(
    ledger: Ledger, delay: @escaping @Sendable () -> Duration = { .zero },
    decide: @escaping @Sendable (ProxyMessage) -> Verdict? = { _ in .done }
  ) {
    self.ledger = ledger
    self.delay = delay
    self.decide = decide
  }

  func handle(_ messages: [ProxyMessage], completions: any CompletionSink) {
    for message in messages {
      ledger.begin(message)
      guard let verdict = decide(message) else { continue }
      let delay = delay()
      guard delay > .zero else {
        ledger.end(message, isDone: verdict == .done)
        completions.complete([(message.id, verdict)])
        continue
      }
      Task { [ledger] in
        try? await Task.sleep(for: delay)
        ledger.end(message, isDone: verdict == .done)
        completions.complete([(message.id, verdict)])
      }
    }
  }
}
