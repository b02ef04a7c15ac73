internal import Crypto
internal import ItemModel
internal import JSONCodec

@testable internal import FeedIngestor

/// Everything that the machine meets, in small: a database, lanes with workers, systems, topics, and all that goes
/// wrong among them. It knows nothing of the machine but its signature.
final class SimulatedWorld {
  static let itemCount = 2

  let machine: ItemMachine
  /// That of processes whose systems file does not have logistics yet.
  let olderMachine: ItemMachine
  /// Whether there are such processes.
  var isRollingOver = false
  var database = SimulatedDatabase()
  var backups: [SimulatedDatabase] = []
  var now = Instant(microseconds: 1_000_000_000)
  /// Whether things go wrong.
  var hasFaults = true
  var lanes = Array(repeating: SimulatedLane(), count: Lane.allCases.count)
  var systems = Array(repeating: SimulatedSystem(), count: Systems.names.count)
  var setupLog: [(item: Int, change: [String: String?], lane: Lane)] = []
  var outcomeLog: [(item: Int, version: Int64, lease: Int64, systems: [SystemOutcome])] = []
  var answerLog: [SimulatedAnswer] = []
  /// Answers on their way to their topic.
  var heldUpAnswers: [SimulatedAnswer] = []
  /// The topics of supplier and cost, and how far each has read.
  var topics: [Int: [SimulatedDelivery]] = [2: [], 3: []]
  var topicPositions: [Int: Int] = [2: 0, 3: 0]
  /// Requests that the worker gave up waiting for.
  var lateRequests: [SimulatedDelivery] = []
  var nextFeed: Int64 = 1
  /// What each digest stood for.
  var contents: [SystemDigest: String] = [:]
  /// What each version brought to each system.
  var versions: [SystemVersion: String] = [:]
  /// What had to come before it, by the systems' places.
  var prerequisites: [SystemVersion: [Int: String]] = [:]
  var violations: [String] = []
  var decisions = 0
  /// What happened, line by line, when that is wanted.
  var trace: [String]?

  struct SystemDigest: Hashable {
    let system: Int
    let digest: Digest
  }

  struct SystemVersion: Hashable {
    let item: Int
    let system: Int
    let version: Int64
  }

  init(graph: SystemGraph, older: SystemGraph) {
    machine = ItemMachine(graph: graph)
    olderMachine = ItemMachine(graph: older)
  }

  static func key(_ item: Int) throws -> ItemKey {
    guard let merchant = MerchantID("m"), let gtin = GTIN(number: UInt64(item + 1)) else {
      throw MessageError("no key")
    }
    return ItemKey(merchant: merchant, gtin: gtin)
  }

  func note(_ line: @autoclosure () -> String) {
    if trace != nil { trace?.append(line()) }
  }

  func violate(_ message: String) { violations.append(message) }
}

/// A snippet on its way to a system.
struct SimulatedDelivery {
  let system: Int
  let item: Int
  let version: Int64
  let content: String
}

/// A Kafka system's acknowledgement.
struct SimulatedAnswer {
  let item: Int
  let version: Int64
  let isAccepted: Bool
}
