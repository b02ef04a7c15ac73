public import Crypto

/// The downstream systems in an order in which each stands behind those that it comes after, and what they share.
public struct SystemGraph: Sendable {
  public let systems: [DownstreamSystem]
  public let lookups: [Lookup]
  public let coChange: [CoChangeRule]
  /// Of all templates and arrows: when it differs, every wanted digest has to be computed anew.
  public let fingerprint: Digest
  private let indices: [String: Int]

  /// - Precondition: `systems` is in order: `after` names earlier places only. `SystemOrder` makes it so.
  public init(systems: [DownstreamSystem], lookups: [Lookup], coChange: [CoChangeRule]) {
    self.systems = systems
    self.lookups = lookups
    self.coChange = coChange
    indices = Dictionary(uniqueKeysWithValues: systems.enumerated().map { ($1.name, $0) })
    var bytes: [UInt8] = []
    for (index, system) in systems.enumerated() {
      precondition(system.after.allSatisfy { $0 < index }, "a system stands behind those that it comes after")
      bytes.append(contentsOf: system.name.utf8)
      bytes.append(0)
      bytes.append(system.consumes.rawValue)
      bytes.append(contentsOf: system.template.digest.bytes)
      for before in system.after.sorted() { bytes.append(contentsOf: systems[before].name.utf8 + [0]) }
    }
    fingerprint = Digest(sha256: bytes)
  }

  /// The place of the system of this name.
  public func index(of name: String) -> Int? { indices[name] }
}

/// What a system should hold of an item.
public enum Wanted: Sendable, Equatable {
  /// The item has none of the groups that it consumes.
  case nothing
  /// The digest of its snippet and of what comes before it.
  case digest(Digest)
  /// The snippet cannot be made: the item lacks the attribute at this path.
  case missing(String)
}

extension SystemGraph {
  /// What each system should hold of the item, by place.
  public func wanted(_ item: TemplateItem) -> [Wanted] {
    let groups = item.attributes.groups
    var all: [Wanted] = []
    all.reserveCapacity(systems.count)
    for system in systems { all.append(wanted(item, by: system, groups: groups, before: all)) }
    return all
  }

  private func wanted(
    _ item: TemplateItem, by system: DownstreamSystem, groups: AttributeGroups, before: [Wanted]
  ) -> Wanted {
    guard !system.consumes.isDisjoint(with: groups) else { return .nothing }
    var bytes = system.template.digest.bytes
    bytes.reserveCapacity(512)
    for index in system.after {
      switch before[index] {
      case .nothing: bytes.append(0)
      case .digest(let digest):
        bytes.append(1)
        bytes.append(contentsOf: digest.bytes)
      case .missing: bytes.append(2)
      }
    }
    do {
      try system.template.appendCanonical(item, to: &bytes)
      return .digest(Digest(sha256: bytes))
    } catch {
      switch error {
      // A canonical rendering marks look-ups and reads none, so only the item's own values can be missing.
      case .missingAttribute(let path), .missingLookup(let path): return .missing(path)
      }
    }
  }
}
