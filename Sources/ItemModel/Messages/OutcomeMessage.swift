public import Crypto
internal import JSONCodec

/// What became of one system's part of a dispatch.
public struct SystemOutcome: Sendable, Equatable {
  public enum Result: String, Sendable {
    /// The system holds it.
    case accepted = "ACCEPTED"
    /// On its way to a system that acknowledges later.
    case sent = "SENT"
    /// Left out: a newer version of the item waits in the lane.
    case superseded = "SUPERSEDED"
    /// The merchant's mistake.
    case dataError = "DATA_ERROR"
    /// Ours: retried.
    case systemError = "SYSTEM_ERROR"
    /// Something before it in the graph was not accepted.
    case notAttempted = "NOT_ATTEMPTED"
  }

  public let name: String
  public let result: Result
  /// As the lane's message gave it.
  public let digest: Digest
  /// The HTTP status, if there was an answer.
  public let status: Int?
  public let code: String?
  public let description: String?
  /// The system's wish.
  public let retryAfter: Duration?

  public init(
    name: String, result: Result, digest: Digest, status: Int? = nil, code: String? = nil, description: String? = nil,
    retryAfter: Duration? = nil
  ) {
    self.name = name
    self.result = result
    self.digest = digest
    self.status = status
    self.code = code
    self.description = description
    self.retryAfter = retryAfter
  }
}

/// What became of a dispatch: topic `item-outcomes`.
public struct OutcomeMessage: DispatchMessage {
  public let head: DispatchHead
  public let at: Instant
  public let systems: [SystemOutcome]

  /// The outcome of `message`.
  public init(of message: LaneMessage, at: Instant, systems: [SystemOutcome]) {
    head = message.head
    self.at = at
    self.systems = systems
  }

  /// Reads what `encode` writes.
  public init(_ bytes: [UInt8]) throws(MessageError) {
    let root = try JSONValue.document(bytes)
    head = try DispatchHead(root)
    guard let at = Instant(rfc3339: try root.requiredText("at")) else { throw MessageError("“at” is no instant") }
    self.at = at
    guard let listed = root["systems"], listed.kind == .object else { throw MessageError("“systems” is missing") }
    var systems: [SystemOutcome] = []
    for member in listed.members {
      let value = member.value
      guard let result = SystemOutcome.Result(rawValue: try value.requiredText("result")),
        let digest = Digest(hex: try value.requiredText("digest"))
      else { throw MessageError("the outcome of \(member.name) is unreadable") }
      systems.append(
        SystemOutcome(
          name: member.name, result: result, digest: digest, status: value["status"]?.int64.map(Int.init),
          code: value["code"]?.string, description: value["description"]?.string,
          retryAfter: value["retryAfter"]?.int64.map { Duration.seconds(max(0, min($0, 86_400))) }))
    }
    self.systems = systems
  }

  public func encode() -> [UInt8] {
    var writer = JSONWriter(capacity: 512)
    writer.beginObject()
    head.write(to: &writer)
    writer.field("at", at.description)
    writer.name("systems")
    writer.beginObject()
    for system in systems {
      writer.name(system.name)
      writer.beginObject()
      writer.field("result", system.result.rawValue)
      writer.field("digest", system.digest.hex)
      if let status = system.status { writer.field("status", Int64(status)) }
      if let code = system.code { writer.field("code", code) }
      if let description = system.description { writer.field("description", description) }
      if let retryAfter = system.retryAfter { writer.field("retryAfter", retryAfter.secondsRoundedUp) }
      writer.endObject()
    }
    writer.endObject()
    writer.endObject()
    return writer.bytes
  }
}

extension Duration {
  fileprivate var secondsRoundedUp: Int64 { components.seconds + (components.attoseconds > 0 ? 1 : 0) }
}
