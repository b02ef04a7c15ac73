internal import Crypto
internal import ItemModel
internal import MessageProxy

/// One message on its way through its systems. Used on the engine's thread only.
final class SetupRun {
  enum LookupState {
    case pending
    case ready
    case failed(SystemResult)
  }

  let message: LaneMessage
  let item: TemplateItem
  let id: MessageID
  let sink: any CompletionSink
  /// For each place in the message the system's place in the graph; nil for a name that it does not know.
  let systems: [Int?]
  var progress: SetupProgress
  /// Of the look-ups that the systems read, by their place in the systems file.
  var lookups: [Int: LookupState] = [:]
  var found: LookupValues = [:]
  /// Whether its outcome was handed on.
  var isReported = false
  /// Places that may be called but wait for look-ups.
  var blocked: [Int] = []
  /// `since` and the lane's service level; nil for a lane without one.
  let deadline: String?

  init(
    _ message: LaneMessage, id: MessageID, sink: any CompletionSink, systems: [Int?], progress: SetupProgress,
    serviceLevel: Duration?
  ) {
    self.message = message
    self.id = id
    self.sink = sink
    self.systems = systems
    self.progress = progress
    item = TemplateItem(
      key: message.key, gtin: message.gtin, version: message.version, attributes: message.attributes)
    deadline = serviceLevel.map { (message.since + $0).description }
  }

  func note(_ answer: LookupAnswer, of lookup: Int) {
    switch answer {
    case .found(let value):
      found[lookup] = value
      lookups[lookup] = .ready
    case .failed(let result): lookups[lookup] = .failed(result)
    }
  }

  /// The message's outcome, when every system has ended.
  func outcome(at now: Instant) -> OutcomeMessage {
    OutcomeMessage(
      of: message, at: now,
      systems: zip(message.systems, progress.results).map { system, result in
        SystemOutcome(
          name: system.name, result: result.result, digest: system.digest, status: result.status, code: result.code,
          description: result.description, retryAfter: result.retryAfter)
      })
  }
}
