import Randomness

/// A step of a schedule: what happens, and the seed of all that is random about it.
struct SimulatedAction: CustomStringConvertible {
  enum Kind: CaseIterable {
    /// A producer appends a change to the topic.
    case submit
    /// A feed's rows reach an item.
    case submitFeed
    case readSetup, readOutcomes, readAnswers
    /// A worker begins a message, makes one delivery, or is lost.
    case begin, deliver, loseWorker
    case crashLane
    /// The Kafka systems read their topics, or some of it again.
    case readTopic, readTopicAgain
    /// An acknowledgement that was held up reaches its topic; a request that was given up reaches its system.
    case answer, arriveLate
    /// Time passes.
    case wait
    /// Somebody looks for what was not published.
    case sweep
    case resend, retry
    case backUp, restore
    /// The service is rolled over to another systems file, or that has ended.
    case rollOver

    var weight: Int {
      switch self {
      case .deliver: 24
      case .begin, .readOutcomes: 14
      case .submit, .readSetup: 8
      case .readTopic, .readAnswers, .answer, .wait: 6
      case .submitFeed, .arriveLate: 4
      case .sweep, .crashLane, .readTopicAgain, .backUp, .restore, .rollOver: 2
      case .loseWorker, .resend, .retry: 1
      }
    }
  }

  let kind: Kind
  let seed: UInt64

  var description: String { "\(kind)(\(seed))" }

  static func schedule(seed: UInt64, count: Int) -> [SimulatedAction] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in
      SimulatedAction(kind: random.pick(bag), seed: random.next() >> 40)
    }
  }

  private static let bag = Kind.allCases.flatMap { Array(repeating: $0, count: $0.weight) }
}
