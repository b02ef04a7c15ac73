internal import ItemModel
internal import JSONCodec
internal import Randomness

@testable internal import FeedIngestor

/// What may happen at a step.
extension SimulatedWorld {
  func perform(_ action: SimulatedAction) throws {
    var random = SeededRandom(seed: action.seed)
    switch action.kind {
    case .submit: setupLog.append(someChange(&random))
    case .submitFeed: try submitFeed(&random)
    case .readSetup: _ = try readSetup(random.below(3) + 1, &random)
    case .readOutcomes: _ = try readOutcomes(random.below(3) + 1, &random)
    case .readAnswers: _ = try readAnswers(random.below(3) + 1, &random)
    case .begin: begin(lane: random.below(lanes.count), &random)
    case .deliver: _ = work(&random)
    case .loseWorker:
      let lane = random.below(lanes.count)
      if let work = lanes[lane].begun.randomElement(using: &random) { lanes[lane].finish(work) }
    case .crashLane: lanes[random.below(lanes.count)].crash()
    case .readTopic: readTopic(random.chance(50) ? 2 : 3, &random)
    case .readTopicAgain:
      let system = random.chance(50) ? 2 : 3
      topicPositions[system] = max(0, (topicPositions[system] ?? 0) - random.below(3))
    case .answer: answer(&random)
    case .arriveLate: arriveLate(&random)
    case .wait:
      now = now + .milliseconds(random.chance(80) ? random.below(5_000) : random.below(90_000_000))
      _ = try fireTimers(random: &random)
    case .sweep: _ = try sweep(random: &random)
    case .resend: try operate(.resend(system: random.pick(Systems.names)), &random)
    case .retry: try operate(.retry, &random)
    case .backUp: if backups.count < 3 { backups.append(database) }
    case .restore: restore(&random)
    case .rollOver: isRollingOver.toggle()
    }
    now = now + .microseconds(random.below(3))
    checkHoldings()
  }

  private func someChange(_ random: inout SeededRandom) -> (item: Int, change: [String: String?], lane: Lane) {
    let paths = ["pricing.tier", "cost.level", "cost.code", "seller.id", "seller.name", "logistics.tag"]
    var change: [String: String?] = [:]
    for _ in 0...random.below(3) {
      let path = random.pick(paths)
      let value = random.pick(["a", "a", "b", "b", "c", "x"])
      change.updateValue(random.chance(8) ? nil : value, forKey: path)
    }
    return (random.below(Self.itemCount), change, random.pick([.price, .setup, .setup, .bulk]))
  }

  private func incoming(
    _ change: [String: String?], lane: Lane, feed: ItemChange.FeedPart? = nil
  ) throws -> Incoming {
    let value = try JSONDocument(NaiveItem.json(change)).root
    return Incoming(
      event: .change(ItemChange(attributes: value, gtin: "00000001", lane: lane, correlationID: "c", feed: feed)),
      change: change)
  }

  /// Rows come from the database, so a restore loses them for good.
  private func submitFeed(_ random: inout SeededRandom) throws {
    let (item, change, _) = someChange(&random)
    let feed = nextFeed > 1 && random.chance(60) ? Int64(random.below(Int(nextFeed) - 1) + 1) : nextFeed
    nextFeed = max(nextFeed, feed + 1)
    let rows = Int32(random.below(3) + 1)
    let known = database.feedItems[SimulatedDatabase.FeedItem(feed: feed, item: item)]
    let part = ItemChange.FeedPart(feed: feed, rows: rows, previous: known)
    try apply([incoming(change, lane: .setup, feed: part)], to: item, random: &random) {
      $0.feedReceived[feed, default: 0] += Int64(rows)
    }
  }

  private func operate(_ event: ItemEvent, _ random: inout SeededRandom) throws {
    let item = random.below(Self.itemCount)
    guard database.states[item] != nil else { return }
    try apply([Incoming(event: event)], to: item, random: &random)
  }

  // MARK: The ingestor's topics, each read on from the position that is committed with what was read

  func readSetup(_ count: Int, _ random: inout SeededRandom) throws -> Bool {
    let records = setupLog.dropFirst(database.setupPosition).prefix(count)
    guard let item = records.first?.item else { return false }
    let own = records.prefix { $0.item == item }
    try apply(own.map { try incoming($0.change, lane: $0.lane) }, to: item, random: &random) {
      $0.setupPosition += own.count
    }
    return true
  }

  func readOutcomes(_ count: Int, _ random: inout SeededRandom) throws -> Bool {
    let records = outcomeLog.dropFirst(database.outcomePosition).prefix(count)
    guard let item = records.first?.item else { return false }
    let own = records.prefix { $0.item == item }
    let events = own.map { Incoming(event: .outcome(version: $0.version, lease: $0.lease, $0.systems)) }
    try apply(events, to: item, random: &random) { $0.outcomePosition += own.count }
    return true
  }

  func readAnswers(_ count: Int, _ random: inout SeededRandom) throws -> Bool {
    let records = answerLog.dropFirst(database.answerPosition).prefix(count)
    guard let item = records.first?.item else { return false }
    let own = records.prefix { $0.item == item }
    let events = own.map {
      Incoming(
        event: .acknowledgement(
          system: "supplier", version: $0.version, isAccepted: $0.isAccepted, code: nil, description: nil))
    }
    try apply(events, to: item, random: &random) { $0.answerPosition += own.count }
    return true
  }

  /// The database goes back to a backup; its clock is past the lost one's, and everybody else keeps what they have.
  private func restore(_ random: inout SeededRandom) {
    guard let backup = backups.randomElement(using: &random) else { return }
    let timeline = database.timeline + 1
    let newest = database.states.values.map(\.version).max() ?? 0
    database = backup
    database.timeline = timeline
    now = Instant(microseconds: max(now.microseconds, newest) + 1_000)
    note("restored")
  }
}
