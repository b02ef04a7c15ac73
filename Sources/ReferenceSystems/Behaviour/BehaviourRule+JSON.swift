internal import JSONCodec

extension BehaviourRule {
  /// Reads `{"kind":"fail","share":0.3,"status":503,…}`, or an array of these. Lengths of time are milliseconds:
  /// `latencyMs`, `jitterMs`, `forMs`; flags are `processed` and `perEntry`; `fromGtin` has 14 digits.
  /// `{"kind":"normal"}` is no rule.
  public static func read(_ bytes: [UInt8]) throws(BehaviourError) -> [BehaviourRule] {
    let root: JSONValue
    do {
      root = try JSONDocument(bytes).root
    } catch {
      throw BehaviourError("no JSON: \(error)")
    }
    guard root.kind == .array else { return try read(root).map { [$0] } ?? [] }
    var rules: [BehaviourRule] = []
    for element in root.elements {
      if let rule = try read(element) { rules.append(rule) }
    }
    return rules
  }

  private static func read(_ value: JSONValue) throws(BehaviourError) -> BehaviourRule? {
    guard let name = value["kind"]?.string else { throw BehaviourError("“kind” is missing") }
    if name == "normal" { return nil }
    guard let kind = Kind(rawValue: name) else {
      let known = Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw BehaviourError("“kind” \(name) is none of normal, \(known)")
    }
    var rule = BehaviourRule(kind)
    for member in value.members where !member.nameEquals("kind") { try rule.read(member) }
    return rule
  }

  private mutating func read(_ member: JSONMember) throws(BehaviourError) {
    let (name, value) = (member.name, member.value)
    func whole(_ range: ClosedRange<Int64>) throws(BehaviourError) -> Int64 {
      guard let number = value.int64, range.contains(number) else {
        throw BehaviourError("“\(name)” is no whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
    func flag() throws(BehaviourError) -> Bool {
      guard let flag = value.bool else { throw BehaviourError("“\(name)” is neither true nor false") }
      return flag
    }
    switch name {
    case "share":
      guard let number = value.double, (0...1).contains(number) else {
        throw BehaviourError("“share” is no number from 0 to 1")
      }
      share = number
    case "fromGtin":
      guard let text = value.string, text.utf8.count == 14, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        throw BehaviourError("“fromGtin” is no text of 14 digits")
      }
      fromGTIN = text
    case "status": status = Int(try whole(200...599))
    case "code":
      guard let text = value.string else { throw BehaviourError("“code” is no text") }
      code = text
    case "retryAfter": retryAfter = Int(try whole(0...86_400))
    case "latencyMs": latency = .milliseconds(try whole(0...86_400_000))
    case "jitterMs": jitter = .milliseconds(try whole(0...86_400_000))
    case "forMs": duration = .milliseconds(try whole(1...86_400_000))
    case "times": times = Int(try whole(1...1_000_000_000))
    case "processed": isProcessed = try flag()
    case "perEntry": isPerEntry = try flag()
    default: throw BehaviourError("“\(name)” is unknown")
    }
  }

  func write(to json: inout JSONWriter) {
    json.beginObject()
    json.field("kind", kind.rawValue)
    json.name("share")
    json.number(raw: "\(share)")
    json.field("fromGtin", fromGTIN)
    if kind == .fail { json.field("status", Int64(status)) }
    if kind == .fail || kind == .rejectAck { json.field("code", code) }
    json.field("retryAfter", retryAfter.map(Int64.init))
    if latency > .zero { json.field("latencyMs", latency.microseconds / 1_000) }
    if jitter > .zero { json.field("jitterMs", jitter.microseconds / 1_000) }
    if isProcessed { json.field("processed", true) }
    if isPerEntry { json.field("perEntry", true) }
    json.field("times", times.map(Int64.init))
    json.field("forMs", duration.map { $0.microseconds / 1_000 })
    json.endObject()
  }
}

extension Duration {
  fileprivate var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}
