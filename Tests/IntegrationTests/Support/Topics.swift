import KafkaClient
import Telemetry
import TestKit
import TrialRun

extension TrialStand {
  /// Writes records, in order, and waits until Kafka has them.
  func produce(_ records: [KafkaRecord]) async throws {
    let producer = try KafkaProducer(KafkaConfiguration(bootstrap: bootstrap), logger: .silent)
    let results = await producer.send(records)
    await producer.stop(within: .seconds(10))
    for result in results { _ = try result.get() }
  }

  /// Reads a topic from its beginning until `isEnough` of what was read holds.
  func read(
    _ topic: String, within limit: Duration = patience, until isEnough: @escaping @Sendable ([KafkaMessage]) -> Bool
  ) async throws -> [KafkaMessage] {
    var options = KafkaConsumerOptions()
    options.maxPollInterval = .seconds(20)
    let consumer = try KafkaConsumer(
      KafkaConfiguration(bootstrap: bootstrap), group: "test-\(UInt64.random(in: 0...UInt64.max))", topics: [topic],
      options: options, logger: .silent)
    let found = try await withThrowingTaskGroup(of: [KafkaMessage]?.self) { group in
      group.addTask { try await TrialStand.pull(consumer, until: isEnough) }
      group.addTask {
        try await Task.sleep(for: limit)
        return nil
      }
      let first = try await group.next()
      group.cancelAll()
      return first ?? nil
    }
    await consumer.stop(within: .zero)
    guard let found else { throw TestKitError(message: "\(topic) did not bring what was waited for in \(limit)") }
    return found
  }

  private static func pull(
    _ consumer: KafkaConsumer, until isEnough: ([KafkaMessage]) -> Bool
  ) async throws -> [KafkaMessage]? {
    var messages: [KafkaMessage] = []
    while !isEnough(messages) {
      switch try await consumer.next() {
      case .assigned(let assignment):
        try await assignment.start(at: Dictionary(assignment.partitions.map { ($0, .beginning) }) { $1 })
      case .revoked(let revocation): await revocation.complete()
      case .records(let batches): messages += batches.flatMap(\.records)
      case nil: return nil
      }
    }
    return messages
  }
}

extension KafkaMessage {
  func header(_ name: String) -> String? {
    headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
  }
}

/// An item's costs as a producer writes them to `item-setup`.
struct SetupRecord {
  let grid: TrialGrid
  let item: Int

  var key: String { "acme/\(TrialGrid.gtin(item))" }

  var value: String {
    let nodes = grid.shipNodes(of: item).enumerated().map { place, node in
      """
      {"shipnodeId":"\(node)","unitCost":{"currencyAmount":\(TrialGrid.dollars(grid.cost(item, place))),\
      "currencyUnit":"USD"},"othersMayChange":true,"startDate":"2019-04-11","endDate":"2019-04-21"}
      """
    }
    return """
      {"merchantId":"acme","gtin":"\(TrialGrid.gtin(item))","source":"test",\
      "attributes":{"cost":{"shipnodes":[\(nodes.joined(separator: ","))]}}}
      """
  }

  var record: KafkaRecord { KafkaRecord(topic: "item-setup", key: Array(key.utf8), value: Array(value.utf8)) }
}
