public import JSONCodec

/// What a change made of an item's attributes.
public struct MergedAttributes: Sendable {
  public let attributes: Attributes
  /// The groups whose value differs from before; empty when the change said what was known.
  public let changed: AttributeGroups
  /// What the sender should know, such as a window that was replaced.
  public let notes: [DataError]
}

extension Attributes {
  /// Applies a change: an object of groups, each with the attributes that it sets (a value) or removes (`null`).
  ///
  /// A group or attribute that is absent is left as it is; an attribute is replaced whole, except `cost.shipnodes`, which
  /// merges window by window. Values are compared by what they mean, so `39.880` does not change `39.88`.
  /// - Throws: every mistake of the change at once; nothing is applied then.
  public func merging(
    _ change: JSONValue, rules: [CoChangeRule] = [], limits: ItemLimits = ItemLimits()
  ) throws(DataErrors) -> MergedAttributes {
    guard change.kind == .object else {
      throw DataErrors([
        DataError(code: "invalid_attributes", field: "attributes", description: "The attributes are not an object.")
      ])
    }
    var merger = AttributeMerger(limits: limits)
    var updates: [AttributeGroup: [UInt8]] = [:]
    for member in change.members {
      guard let group = AttributeGroup(name: member.name) else {
        merger.errors.append(.unknownGroup(member.name))
        continue
      }
      updates[group] = merger.merge(group, stored: self[group], change: member.value)
    }
    merger.errors += rules.compactMap { $0.violation(in: change) }
    guard merger.errors.isEmpty else { throw DataErrors(merger.errors) }
    guard !updates.isEmpty else { return MergedAttributes(attributes: self, changed: [], notes: merger.notes) }
    return try rebuilt(with: updates, notes: merger.notes, limits: limits)
  }

  private func rebuilt(
    with updates: [AttributeGroup: [UInt8]], notes: [DataError], limits: ItemLimits
  ) throws(DataErrors) -> MergedAttributes {
    var writer = JSONWriter(capacity: bytes.count + updates.values.reduce(64) { $0 + $1.count })
    writer.beginObject()
    for group in AttributeGroup.allCases {
      if let update = updates[group] {
        writer.name(group.name)
        writer.raw(update)
      } else if let stored = self[group] {
        writer.name(group.name)
        writer.value(stored)
      }
    }
    writer.endObject()
    guard writer.bytes.count <= limits.maxBytes else {
      throw DataErrors([.itemTooLarge(writer.bytes.count, limit: limits.maxBytes)])
    }
    do {
      return MergedAttributes(
        attributes: try Attributes(writer.bytes), changed: AttributeGroups(updates.keys), notes: notes)
    } catch {
      throw DataErrors([
        DataError(code: "invalid_attributes", field: "attributes", description: "Not readable: \(error).")
      ])
    }
  }
}

extension CoChangeRule {
  fileprivate func violation(in change: JSONValue) -> DataError? {
    guard let group = change[attribute.group.name], group.kind == .object, group[attribute.name] != nil else {
      return nil
    }
    if let required = change[requires.group.name]?[requires.name], !required.isNull { return nil }
    return DataError(
      code: "co_change", field: attribute.description,
      description: "\(attribute) may only change together with \(requires).",
      hint: "Send \(requires) in the same change.")
  }
}

extension DataError {
  static func unknownGroup(_ name: String) -> DataError {
    DataError(
      code: "unknown_group", field: name, description: "There is no attribute group of this name.",
      hint: "The groups are \(AttributeGroup.allCases.map(\.name).joined(separator: ", ")).")
  }

  static func itemTooLarge(_ size: Int, limit: Int) -> DataError {
    DataError(
      code: "item_too_large", field: "attributes", value: String(size),
      description: "The item would take \(size) bytes; the limit is \(limit).",
      hint: "Shorten descriptions, or remove windows that have passed.")
  }
}
