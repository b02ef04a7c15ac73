/// An item as anybody would keep it without versions or digests: what it says, and what each system should hold of it.
struct NaiveItem: Equatable {
  /// By path: `cost.level`.
  private(set) var values: [String: String] = [:]
  private(set) var groups: Set<String> = []

  /// Sets values, or removes those that are nil; a group comes with its first value, and stays.
  mutating func set(_ change: [String: String?]) {
    for (path, value) in change {
      if value != nil { groups.insert(NaiveItem.group(path)) }
      values[path] = value
    }
  }

  /// Whether a change breaks the rule that a seller's name comes with its id.
  static func refuses(_ change: [String: String?]) -> Bool {
    change.keys.contains("seller.name") && (change["seller.id"] ?? nil) == nil
  }

  /// What a system should hold.
  enum Content: Equatable {
    case nothing
    case missing
    case snippet(String)
  }

  func content(for system: Int) -> Content {
    switch system {
    case 0: snippet(["cost", "pricing"], ["pricing.tier", "cost.level"])
    case 1: snippet(["seller"], ["seller.id"])
    case 2 where groups.contains("cost") && values["cost.code"] == nil: .missing
    case 2: snippet(["cost"], ["cost.code", "cost.level"])
    case 3: snippet(["cost"], ["cost.level"])
    default: snippet(["cost", "logistics"], ["cost.level", "logistics.tag"])
    }
  }

  private func snippet(_ consumed: Set<String>, _ paths: [String]) -> Content {
    guard !groups.isDisjoint(with: consumed) else { return .nothing }
    return .snippet(paths.map { "\($0)=\(values[$0] ?? "-")" }.joined(separator: " "))
  }

  /// The change as a message carries it.
  static func json(_ change: [String: String?]) -> String {
    let groups = Dictionary(grouping: change, by: { group($0.key) }).sorted { $0.key < $1.key }
    let parts = groups.map { group, values in
      let members = values.sorted { $0.key < $1.key }.map { path, value in
        "\"\(path.dropFirst(group.count + 1))\":\(value.map { "\"\($0)\"" } ?? "null")"
      }
      return "\"\(group)\":{\(members.joined(separator: ","))}"
    }
    return "{\(parts.joined(separator: ","))}"
  }

  private static func group(_ path: String) -> String { String(path.prefix { $0 != "." }) }
}
