public import JSONCodec

/// What is known of an item: a JSON object with one member for each attribute group that it has.
///
/// Kept as the bytes that are stored and sent, with an index over them, so that a group goes from the database into a
/// message without being written anew.
public struct Attributes: Sendable {
  /// All groups, as one JSON object.
  public let root: JSONValue

  /// Nothing known yet.
  public static let empty = Attributes(root: JSONDocument.emptyObject.root)

  private init(root: JSONValue) { self.root = root }

  /// Takes an object of groups.
  /// - Throws: when it is none.
  public init(_ root: JSONValue) throws(MessageError) {
    guard root.kind == .object else { throw MessageError("the attributes are not an object") }
    self.root = root
  }

  /// Takes what `bytes` gave.
  /// - Throws: when the bytes are no JSON object.
  public init(_ bytes: [UInt8]) throws(MessageError) { try self.init(JSONValue.document(bytes)) }

  /// The stored form.
  public var bytes: [UInt8] { Array(root.rawBytes) }

  /// The groups that the item has.
  public var groups: AttributeGroups {
    AttributeGroups(AttributeGroup.allCases.filter { root[$0.name] != nil })
  }

  public subscript(_ group: AttributeGroup) -> JSONValue? { root[group.name] }

  /// `{"cost":…,"pricing":…}` with just `groups`, appended as JSON.
  public func append(_ groups: AttributeGroups, to bytes: inout [UInt8]) {
    bytes.append(0x7B)
    var isFirst = true
    for group in groups.groups {
      guard let value = self[group] else { continue }
      if !isFirst { bytes.append(0x2C) }
      isFirst = false
      bytes.append(0x22)
      bytes.append(contentsOf: group.name.utf8)
      bytes.append(contentsOf: [0x22, 0x3A])
      value.withRawBytes { bytes.append(contentsOf: $0) }
    }
    bytes.append(0x7D)
  }
}

extension JSONDocument {
  /// `{}`.
  static let emptyObject: JSONDocument = {
    do { return try JSONDocument("{}") } catch { preconditionFailure("{} is JSON: \(error)") }
  }()
}
