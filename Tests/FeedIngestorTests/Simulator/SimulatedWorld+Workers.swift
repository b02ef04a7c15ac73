internal import Crypto
internal import ItemModel
internal import Randomness

@testable internal import FeedIngestor

/// The lanes' workers, and what the systems make of what they get.
extension SimulatedWorld {
  /// Begins a message, leaving out the systems for which a newer version of the item waits.
  func begin(lane: Int, _ random: inout SeededRandom) {
    guard let offset = lanes[lane].ready.randomElement(using: &random) else { return }
    let message = lanes[lane].log[offset]
    var work = SimulatedWork(offset: offset, message: message)
    let newer = lanes[lane].waiting.map { lanes[lane].log[$0] }.filter {
      $0.item == message.item && $0.version > message.version
    }
    for system in message.systems where newer.contains(where: { $0.systems.contains { $0.index == system.index } }) {
      work.results[system.index] = outcome(.superseded, of: system.index, in: work)
    }
    lanes[lane].begun.append(work)
  }

  /// One worker makes one step. False when no work is begun.
  func work(_ random: inout SeededRandom) -> Bool {
    let begun = lanes.indices.flatMap { lane in lanes[lane].begun.indices.map { (lane, $0) } }
    guard let (lane, place) = begun.randomElement(using: &random) else { return false }
    var work = lanes[lane].begun[place]
    let rest = work.message.systems.filter { work.results[$0.index] == nil }
    let possible = rest.filter { system in
      !machine.graph.systems[system.index].after.contains { before in rest.contains { $0.index == before } }
    }
    if let system = possible.randomElement(using: &random) {
      let refused = machine.graph.systems[system.index].after.contains { before in
        work.results[before].map { $0.result != .accepted } ?? false
      }
      let delivery = SimulatedDelivery(
        system: system.index, item: work.message.item, version: work.message.version, content: system.content)
      work.results[system.index] =
        refused ? outcome(.notAttempted, of: system.index, in: work) : deliver(delivery, in: work, &random)
      lanes[lane].begun[place] = work
    }
    if work.isDone { report(work, lane: lane, &random) }
    return true
  }

  /// The outcome is written first; a process that dies before it has noted that begins the message again.
  private func report(_ work: SimulatedWork, lane: Int, _ random: inout SeededRandom) {
    let message = work.message
    let systems = work.results.values.sorted { $0.name < $1.name }
    let copies = hasFaults && random.chance(5) ? 2 : 1
    for _ in 0..<copies { outcomeLog.append((message.item, message.version, message.lease, systems)) }
    if hasFaults, random.chance(5) { lanes[lane].crash() } else { lanes[lane].finish(work) }
  }

  private func outcome(
    _ result: SystemOutcome.Result, of system: Int, in work: SimulatedWork, status: Int? = nil, code: String? = nil,
    retryAfter: Duration? = nil
  ) -> SystemOutcome {
    let digest = work.message.systems.first { $0.index == system }?.digest
    return SystemOutcome(
      name: Systems.names[system], result: result, digest: digest ?? Digest(high: 0, low: 0), status: status,
      code: code, retryAfter: retryAfter)
  }

  private func deliver(
    _ delivery: SimulatedDelivery, in work: SimulatedWork, _ random: inout SeededRandom
  ) -> SystemOutcome {
    checkPrerequisites(delivery)
    let isKafka = topics[delivery.system] != nil
    if hasFaults, random.chance(8) {
      let wish: Duration? = random.chance(30) ? .seconds(random.below(100)) : nil
      return outcome(.systemError, of: delivery.system, in: work, status: 503, code: "http_503", retryAfter: wish)
    }
    if hasFaults, random.chance(8) {
      // It is not known whether it arrived: it did, or will, or never does.
      switch random.below(3) {
      case 0: _ = arrive(delivery)
      case 1 where !isKafka: lateRequests.append(delivery)
      default: break
      }
      return outcome(.systemError, of: delivery.system, in: work, code: "timeout")
    }
    if isKafka {
      _ = arrive(delivery)
      return outcome(delivery.system == 2 ? .sent : .accepted, of: delivery.system, in: work)
    }
    return switch arrive(delivery) {
    case .accepted: outcome(.accepted, of: delivery.system, in: work, status: 200)
    case .holdsNewer: outcome(.systemError, of: delivery.system, in: work, status: 409, code: "version_conflict")
    case .refused: outcome(.dataError, of: delivery.system, in: work, status: 422, code: "refused")
    }
  }

  private func arrive(_ delivery: SimulatedDelivery) -> SimulatedSystem.Reply {
    if topics[delivery.system] != nil {
      topics[delivery.system, default: []].append(delivery)
      return .accepted
    }
    return systems[delivery.system].receive(
      item: delivery.item, version: delivery.version, content: delivery.content)
  }

  func arriveLate(_ random: inout SeededRandom) {
    guard !lateRequests.isEmpty else { return }
    _ = arrive(lateRequests.remove(at: random.below(lateRequests.count)))
  }

  /// A Kafka system reads one record. False at the end.
  @discardableResult
  func readTopic(_ system: Int, _ random: inout SeededRandom) -> Bool {
    let position = topicPositions[system] ?? 0
    guard let log = topics[system], position < log.count else { return false }
    topicPositions[system] = position + 1
    let delivery = log[position]
    // What cost holds is told by its topic, so it finds nothing wrong here.
    let content = system == 3 ? delivery.content.replacing("=x", with: "=X") : delivery.content
    let reply = systems[system].receive(item: delivery.item, version: delivery.version, content: content)
    guard system == 2, !(hasFaults && random.chance(15)) else { return true }
    switch reply {
    case .accepted:
      heldUpAnswers.append(SimulatedAnswer(item: delivery.item, version: delivery.version, isAccepted: true))
    case .refused:
      heldUpAnswers.append(SimulatedAnswer(item: delivery.item, version: delivery.version, isAccepted: false))
    case .holdsNewer: break
    }
    return true
  }

  func answer(_ random: inout SeededRandom) {
    guard !heldUpAnswers.isEmpty else { return }
    let answer = heldUpAnswers.remove(at: random.below(heldUpAnswers.count))
    answerLog += Array(repeating: answer, count: hasFaults && random.chance(10) ? 2 : 1)
  }
}
