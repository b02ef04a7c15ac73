internal import Crypto
internal import ItemModel

/// Why a stored row cannot be read.
struct StateCodingError: Error, Equatable {
  let message: String

  /// Another program's, newer than this one.
  static let unknownFormat = StateCodingError(message: "unknown format")
}

/// The stored form of everything but the attributes, the version and the timeline, which have columns of their own.
///
/// A version byte, then fields in order; integers as variable-length zigzag numbers, texts with their length before them.
/// Systems are stored by name, so that a systems file may gain, lose and reorder them.
extension ItemState {
  private static let format: UInt8 = 1

  func encoded(_ graph: SystemGraph) -> [UInt8] {
    var writer = StateWriter()
    writer.byte(ItemState.format)
    writer.text(gtin)
    writer.text(correlationID)
    writer.optional(fingerprint) { $0.digest($1) }
    let present = systems.indices.filter { systems[$0] != SystemState() }
    writer.integer(Int64(present.count + others.count))
    for place in present {
      writer.text(graph.systems[place].name)
      systems[place].encode(to: &writer)
    }
    for (name, system) in others.sorted(by: { $0.key < $1.key }) {
      writer.text(name)
      system.encode(to: &writer)
    }
    writer.integer(Int64(watchers.count))
    for watcher in watchers { watcher.encode(to: &writer) }
    return writer.bytes
  }

  /// Reads a row. What it says of systems that the graph does not know is kept as it is.
  init(
    encoded bytes: [UInt8], version: Int64, timeline: Int32, attributes: Attributes, graph: SystemGraph
  ) throws(StateCodingError) {
    var reader = StateReader(bytes)
    guard try reader.byte() == ItemState.format else { throw .unknownFormat }
    self.init(gtin: try reader.text(), timeline: timeline, systemCount: graph.systems.count)
    self.version = version
    self.attributes = attributes
    correlationID = try reader.text()
    fingerprint = try reader.byte() == 1 ? try reader.digest() : nil
    for _ in 0..<(try reader.count()) {
      let name = try reader.text()
      let system = try SystemState(from: &reader)
      if let place = graph.index(of: name) { systems[place] = system } else { others[name] = system }
    }
    for _ in 0..<(try reader.count()) { watchers.append(try FeedWatcher(from: &reader)) }
  }
}

extension SystemState {
  fileprivate func encode(to writer: inout StateWriter) {
    switch wanted {
    case .nothing: writer.byte(0)
    case .digest(let digest):
      writer.byte(1)
      writer.digest(digest)
    case .missing(let path):
      writer.byte(2)
      writer.text(path)
    }
    writer.optional(held) { $0.digest($1) }
    writer.optional(sent) { $0.digest($1) }
    for number in [accepted, newest, runFrom] { writer.integer(number) }
    switch open {
    case .none: writer.byte(0)
    case .lease(let lease, let checkAt):
      writer.byte(1)
      writer.integer(lease)
      writer.integer(checkAt.microseconds)
    case .answer(let until):
      writer.byte(2)
      writer.integer(until.microseconds)
    }
    writer.optional(retryAt) { $0.integer($1.microseconds) }
    writer.optional(since) { $0.integer($1.microseconds) }
    writer.optional(tried) { $0.integer($1.microseconds) }
    writer.byte(lane.rawValue)
    writer.integer(Int64(attempts))
    writer.integer(Int64(rescues))
    writer.optional(failure) {
      $0.byte($1.kind.rawValue)
      $0.text($1.code)
      $0.text($1.description)
    }
  }

  fileprivate init(from reader: inout StateReader) throws(StateCodingError) {
    switch try reader.byte() {
    case 0: wanted = .nothing
    case 1: wanted = .digest(try reader.digest())
    default: wanted = .missing(try reader.text())
    }
    held = try reader.byte() == 1 ? try reader.digest() : nil
    sent = try reader.byte() == 1 ? try reader.digest() : nil
    (accepted, newest, runFrom) = (try reader.integer(), try reader.integer(), try reader.integer())
    switch try reader.byte() {
    case 0: open = nil
    case 1:
      let lease = try reader.integer()
      open = .lease(lease, checkAt: Instant(microseconds: try reader.integer()))
    default: open = .answer(until: Instant(microseconds: try reader.integer()))
    }
    retryAt = try reader.byte() == 1 ? Instant(microseconds: try reader.integer()) : nil
    since = try reader.byte() == 1 ? Instant(microseconds: try reader.integer()) : nil
    tried = try reader.byte() == 1 ? Instant(microseconds: try reader.integer()) : nil
    lane = Lane(rawValue: try reader.byte()) ?? .setup
    attempts = Int32(clamping: try reader.integer())
    rescues = Int32(clamping: try reader.integer())
    guard try reader.byte() == 1 else { return }
    let kind = SystemFailure.Kind(rawValue: try reader.byte()) ?? .system
    failure = SystemFailure(kind: kind, code: try reader.text(), description: try reader.text())
  }
}

extension FeedWatcher {
  /// The watcher alone, for the feed's own table.
  var encoded: [UInt8] {
    var writer = StateWriter()
    encode(to: &writer)
    return writer.bytes
  }

  init(encoded bytes: [UInt8]) throws(StateCodingError) {
    var reader = StateReader(bytes)
    try self.init(from: &reader)
  }

  fileprivate func encode(to writer: inout StateWriter) {
    writer.integer(feed)
    writer.integer(Int64(rows))
    writer.integer(version)
    writer.integer(Int64(systems.count))
    for (name, result) in systems.sorted(by: { $0.key < $1.key }) {
      writer.text(name)
      writer.byte(result.status.rawValue)
      writer.optional(result.failure) { $0.byte($1) }
      writer.text(result.code)
    }
  }

  fileprivate init(from reader: inout StateReader) throws(StateCodingError) {
    feed = try reader.integer()
    rows = Int32(clamping: try reader.integer())
    version = try reader.integer()
    systems = [:]
    for _ in 0..<(try reader.count()) {
      let name = try reader.text()
      guard let status = FeedSystemStatus(rawValue: try reader.byte()) else {
        throw StateCodingError(message: "unknown status")
      }
      let failure: UInt8? = try reader.byte() == 1 ? try reader.byte() : nil
      systems[name] = FeedSystemResult(status: status, failure: failure, code: try reader.text())
    }
  }
}
