internal import ItemModel
internal import YAMLReader

/// Reads a systems file's YAML, collecting every mistake.
struct SystemsFileReader {
  let environment: [String: String]
  var mistakes = YAMLMistakes()
  var warnings: [YAMLMistake] = []

  init(environment: [String: String]) { self.environment = environment }

  mutating func read(_ root: YAMLNode) -> SystemGraph? {
    guard var fields = mistakes.collect(try YAMLFields(root)) else { return nil }
    let systems = members(mistakes.collect(try fields.require("systems")), what: "system")
    let lookups = members(fields.take(optional: "lookups"), what: "look-up").compactMap { readLookup($0, $1) }
    let rules = mistakes.read(fields.take(optional: "coChange")) { node throws(YAMLError) in try node.list() } ?? []
    let coChange = rules.compactMap { readRule($0) }
    mistakes.collect(try fields.finish())
    let names = systems.map(\.name.text)
    let drafts = systems.compactMap { readSystem($0.name, $0.value, names: names, lookups: lookups.map(\.name)) }
    checkTopics(drafts)
    guard let ordered = sort(drafts), mistakes.found.isEmpty else { return nil }
    warn(ordered)
    return SystemGraph(systems: ordered.map { $0.system(in: ordered) }, lookups: lookups, coChange: coChange)
  }

  /// A name that the file gives to something, and where.
  struct Name {
    let text: String
    let node: YAMLNode
  }

  /// The members of a mapping by name; the names go into message keys and addresses.
  private mutating func members(_ node: YAMLNode?, what: String) -> [(name: Name, value: YAMLNode)] {
    let members = mistakes.read(node) { node throws(YAMLError) in try node.mapping() } ?? []
    if let node, what == "system", members.isEmpty, mistakes.found.isEmpty {
      mistakes.add(node.location, "there is no system", hint: "describe at least one")
    }
    return members.compactMap { key, value in
      guard let text = key.text, MerchantID(text) != nil else {
        mistakes.add(
          key.location, "this is no name for a \(what)", hint: "use 1 to 64 letters, digits, dots, hyphens, underscores"
        )
        return nil
      }
      return (Name(text: text, node: key), value)
    }
  }

  private mutating func readRule(_ node: YAMLNode) -> CoChangeRule? {
    guard var fields = mistakes.collect(try YAMLFields(node)) else { return nil }
    let attribute = mistakes.collect(try fields.require("attribute"))
    let requires = mistakes.collect(try fields.require("requires"))
    mistakes.collect(try fields.finish())
    let paths = [attribute, requires].map { $0.flatMap { readAttribute($0) } }
    guard let first = paths[0], let second = paths[1] else { return nil }
    return CoChangeRule(attribute: first, requires: second)
  }

  private mutating func readAttribute(_ node: YAMLNode) -> AttributePath? {
    guard let text = mistakes.collect(try node.string()) else { return nil }
    let names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard names.count == 2, !names[1].isEmpty else {
      mistakes.add(node.location, "“\(text)” is not an attribute", hint: "write the group and the name: seller.id")
      return nil
    }
    return readGroup(YAMLNode(.scalar(names[0], quoted: true), at: node.location)).map {
      AttributePath(group: $0, name: names[1])
    }
  }

  mutating func readGroup(_ node: YAMLNode) -> AttributeGroup? {
    mistakes.collect(try node.oneOf(AttributeGroup.allCases.map(\.name))).flatMap(AttributeGroup.init(name:))
  }

  private mutating func checkTopics(_ systems: [SystemDraft]) {
    var owners: [String: String] = [:]
    for system in systems {
      guard case .kafka(let topic, _) = system.transport else { continue }
      if let owner = owners[topic] {
        mistakes.add(
          system.name.node.location, "\(system.name.text) and \(owner) have the same topic", hint: "give each its own")
      }
      owners[topic] = system.name.text
    }
  }

  /// The systems in the order of the graph; nil when they wait for each other.
  private mutating func sort(_ systems: [SystemDraft]) -> [SystemDraft]? {
    let after = Dictionary(uniqueKeysWithValues: systems.map { ($0.name.text, $0.after) })
    do {
      let order = try SystemOrder.sort(systems.map(\.name.text), after: after)
      return order.compactMap { name in systems.first { $0.name.text == name } }
    } catch {
      let first = systems.first { $0.name.text == error.names.first }
      if let place = first?.afterNode ?? first?.name.node {
        mistakes.add(
          place.location, "systems wait for each other: \(error.names.joined(separator: " after "))",
          hint: "take one of them out of after")
      }
      return nil
    }
  }

  private mutating func warn(_ systems: [SystemDraft]) {
    for system in systems {
      for before in system.after {
        guard let other = systems.first(where: { $0.name.text == before }),
          case .kafka(_, .some) = other.transport, let place = system.afterNode
        else { continue }
        warnings.append(
          YAMLMistake(
            place.location, "\(system.name.text) waits for the answers of \(before)",
            hint: "while changes come faster than \(before) answers, it gets none of them"))
      }
    }
  }
}
