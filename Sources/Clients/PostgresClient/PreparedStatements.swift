/// Which statements a connection has prepared, and which gives way when there are too many.
///
/// A statement is prepared for the types of its parameters, so the same text with other types is another entry.
struct PreparedStatements {
  struct Key: Hashable {
    let statement: PostgresStatement
    let types: [PostgresType]
  }

  private struct Entry {
    let name: String
    var lastUse: UInt64
  }

  private let limit: Int
  private var entries: [Key: Entry] = [:]
  private var uses: UInt64 = 0
  private var names: UInt64 = 0

  init(limit: Int) { self.limit = max(limit, 1) }

  var count: Int { entries.count }

  /// The name under which the server knows the statement.
  mutating func name(of key: Key) -> String? {
    uses += 1
    entries[key]?.lastUse = uses
    return entries[key]?.name
  }

  /// A name that this connection never used before: a statement that was dropped and comes back gets another one.
  mutating func newName(for statement: PostgresStatement) -> String {
    names += 1
    return "h\(String(statement.digest, radix: 16))_\(names)"
  }

  /// Notes that the server has prepared a statement.
  mutating func add(_ key: Key, name: String) {
    uses += 1
    entries[key] = Entry(name: name, lastUse: uses)
  }

  mutating func remove(_ key: Key) { entries[key] = nil }

  /// Forgets the least recently used statements beyond the limit, and says which names the server may drop.
  mutating func evict() -> [String] {
    var dropped: [String] = []
    while entries.count > limit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
      entries[oldest.key] = nil
      dropped.append(oldest.value.name)
    }
    return dropped
  }
}
