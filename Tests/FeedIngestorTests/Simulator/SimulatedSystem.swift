/// A downstream system: keeps the newest version of each item, refuses older ones, and refuses what it finds wrong.
struct SimulatedSystem {
  struct Holding: Equatable {
    let version: Int64
    let content: String
  }

  enum Reply {
    case accepted
    case holdsNewer
    case refused
  }

  private(set) var holdings: [Int: Holding] = [:]
  /// All that it ever accepted.
  private(set) var history: [Int: [Holding]] = [:]

  mutating func receive(item: Int, version: Int64, content: String) -> Reply {
    if let held = holdings[item], held.version > version { return .holdsNewer }
    if SimulatedSystem.refuses(content) { return .refused }
    holdings[item] = Holding(version: version, content: content)
    history[item, default: []].append(Holding(version: version, content: content))
    return .accepted
  }

  /// What it finds wrong, always.
  static func refuses(_ content: String) -> Bool { content.contains("=x") }
}
