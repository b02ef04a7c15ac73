internal import KafkaClient
internal import NativeThreads
internal import Synchronization

/// Brings prices into the topic, and waits for Kafka's word no longer than the deadline.
///
/// Single prices travel together: while as many batches as are useful are under way, what comes gathers for the next
/// one. So a lone price leaves at once, and many share their cost.
final class PriceIntake: Sendable {
  typealias Completion = @Sendable (KafkaError?) -> Void

  private struct State {
    /// The batch that gathers, and who waits for each of its records.
    var records: [KafkaRecord] = []
    var completions: [Completion] = []
    var flights = 0
    /// Single prices without an answer.
    var waiting = 0
  }

  /// Batches under way, beyond which prices gather.
  private static let maxFlights = 4

  private let producer: KafkaProducer
  private let capacity: Int
  private let deadline: Duration
  /// Keeps the time.
  private let loop = EventLoop(name: "price-deadlines")
  private let state = Mutex(State())

  /// - Parameter capacity: how many single prices may wait at once.
  init(producer: KafkaProducer, capacity: Int, deadline: Duration) {
    self.producer = producer
    self.capacity = capacity
    self.deadline = deadline
  }

  deinit { loop.stop() }

  /// How many single prices wait for an answer.
  var waiting: Int { state.withLock { $0.waiting } }

  /// Sends one price. `completion` is called once, from another thread: with nil when Kafka has it.
  func send(_ record: KafkaRecord, completion: @escaping Completion) {
    let (isTaken, mayFly) = state.withLock { state in
      guard state.waiting < capacity else { return (false, false) }
      state.waiting += 1
      state.records.append(record)
      state.completions.append(completion)
      return (true, state.flights < PriceIntake.maxFlights)
    }
    guard isTaken else {
      return completion(KafkaError(code: .queueFull, message: "too many prices wait", isRetriable: true))
    }
    if mayFly { fly() }
  }

  /// Sends prices in their order: one answer each, nil when Kafka has it.
  func send(_ records: [KafkaRecord]) async -> [KafkaError?] {
    await withCheckedContinuation { continuation in
      submit(records) { continuation.resume(returning: $0) }
    }
  }

  /// Sends what has gathered, if anything has, and there is room.
  private func fly() {
    let (records, completions) = state.withLock { state -> ([KafkaRecord], [Completion]) in
      guard state.flights < PriceIntake.maxFlights, !state.records.isEmpty else { return ([], []) }
      state.flights += 1
      defer { (state.records, state.completions) = ([], []) }
      return (state.records, state.completions)
    }
    guard !records.isEmpty else { return }
    submit(records) { [self] answers in
      state.withLock { state in
        state.flights -= 1
        state.waiting -= completions.count
      }
      fly()
      for (completion, answer) in zip(completions, answers) { completion(answer) }
    }
  }

  /// Hands records to the producer; `then` is called once, by Kafka's word or by the deadline.
  private func submit(_ records: [KafkaRecord], then: @escaping @Sendable ([KafkaError?]) -> Void) {
    let answer = FirstAnswer(then)
    let count = records.count
    loop.post { [loop, deadline] in
      loop.schedule(after: deadline) { [weak answer] in
        let error = KafkaError(code: .timedOut, message: "Kafka did not answer in time", isRetriable: true)
        answer?.give(Array(repeating: error, count: count))
      }
    }
    producer.submit(records) { results in
      answer.give(
        results.map { result in
          if case .failure(let error) = result { error } else { nil }
        })
    }
  }
}

/// Lets the first of two answers through.
private final class FirstAnswer: Sendable {
  private let then: Mutex<(@Sendable ([KafkaError?]) -> Void)?>

  init(_ then: @escaping @Sendable ([KafkaError?]) -> Void) { self.then = Mutex(then) }

  func give(_ answers: [KafkaError?]) {
    let then = then.withLock { then in
      defer { then = nil }
      return then
    }
    then?(answers)
  }
}
