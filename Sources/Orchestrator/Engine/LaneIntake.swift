internal import ItemModel
internal import MessageProxy
internal import Telemetry

/// Reads a lane's messages and hands them to the engine, batch by batch.
struct LaneIntake: MessageHandler {
  let lane: Lane
  let engine: Engine
  let metrics: LaneMetrics
  let logger: Logger

  func handle(_ messages: [ProxyMessage], completions: any CompletionSink) {
    var arrivals: [Arrival] = []
    arrivals.reserveCapacity(messages.count)
    var unreadable: [(id: MessageID, verdict: Verdict)] = []
    for message in messages {
      do throws(MessageError) {
        let read = try LaneMessage(message.value ?? [])
        guard read.lane == lane else { throw MessageError("“lane” is \(read.lane.name), not the topic's") }
        let newer =
          message.followers.isEmpty ? [] : Followers.systems(of: message.followers, newerThan: read.version)
        arrivals.append(Arrival(message: read, id: message.id, sink: completions, superseding: newer))
      } catch {
        logger.error(
          "lane message unreadable", ["lane": lane.name, "offset": "\(message.offset)", "error": error.description])
        metrics.unreadable.increment()
        unreadable.append((message.id, .deadLetter(FailureReason(code: "unreadable", text: error.description))))
      }
    }
    if !unreadable.isEmpty { completions.complete(unreadable) }
    let taken = arrivals
    if !taken.isEmpty { engine.post { [engine] in engine.take(taken) } }
  }
}

/// A message as it came from a lane.
struct Arrival: Sendable {
  let message: LaneMessage
  let id: MessageID
  let sink: any CompletionSink
  /// The systems that a newer message of the item, waiting behind it, will update.
  let superseding: Set<String>
}
