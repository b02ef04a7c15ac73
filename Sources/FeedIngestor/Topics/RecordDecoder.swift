internal import ItemModel
internal import KafkaClient

/// Turns records of the topics into events.
struct RecordDecoder {
  let topics: TopicNames

  /// Why a record is none.
  struct Unusable: Error, Equatable {
    /// `unreadable` or `key_mismatch`.
    let code: String
    let description: String
  }

  func decode(_ record: KafkaMessage, of topic: String) throws(Unusable) -> (key: ItemKey, event: ItemEvent) {
    do {
      let value = record.value ?? []
      switch topic {
      case topics.itemSetup:
        let message = try ItemSetupMessage(value)
        let change = ItemChange(
          attributes: message.attributes, gtin: message.gtin, lane: .setup, correlationID: message.correlationID ?? "")
        return (try checkedKey(record, message.key), .change(change))
      case topics.priceUpdates:
        let message = try PriceUpdateMessage(value)
        let change = ItemChange(
          attributes: message.attributes, gtin: message.gtin, lane: .price, correlationID: message.correlationID ?? "")
        return (try checkedKey(record, message.key), .change(change))
      case topics.outcomes:
        let message = try OutcomeMessage(value)
        return (message.key, .outcome(version: message.version, lease: message.lease, message.systems))
      default:
        let message = try AcknowledgementMessage(value)
        return (
          message.delivery.key,
          .acknowledgement(
            system: message.delivery.system, version: message.delivery.version, isAccepted: message.isAccepted,
            code: message.code, description: message.explanation)
        )
      }
    } catch let error as MessageError {
      throw Unusable(code: "unreadable", description: error.description)
    } catch let error as Unusable {
      throw error
    } catch {
      throw Unusable(code: "unreadable", description: "\(error)")
    }
  }

  /// Records are kept in order by their key, so a key that is not the item's would break the item's order.
  private func checkedKey(_ record: KafkaMessage, _ key: ItemKey) throws(Unusable) -> ItemKey {
    guard record.key != key.messageKey else { return key }
    let found = record.key.map { String(decoding: $0.prefix(100), as: UTF8.self) } ?? "none"
    throw Unusable(code: "key_mismatch", description: "The key is “\(found)”; the value's item is “\(key)”.")
  }
}
