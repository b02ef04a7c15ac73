internal import ItemModel
internal import JSONCodec
internal import SpecParser

/// A feed's issues by code: exact counts, and a few examples of each.
struct IssueTally {
  struct Kind: Hashable {
    let code: String
    let severity: String
  }

  struct Group {
    var count: Int64 = 0
    /// At most `IssueTally.maxExamples`.
    var examples: [Example] = []
    var isChanged = false
  }

  struct Example: Equatable {
    let line: Int64
    let field: String
    let value: String
    /// Of a note: what was understood, since no row tells it.
    var description = ""
  }

  static let maxExamples = 5
  private(set) var groups: [Kind: Group] = [:]

  init() {}

  mutating func add(code: String, severity: String, line: Int64, field: String, value: String) {
    var group = groups[Kind(code: code, severity: severity)] ?? Group()
    group.count += 1
    group.isChanged = true
    if group.examples.count < IssueTally.maxExamples {
      group.examples.append(Example(line: line, field: field, value: value))
    }
    groups[Kind(code: code, severity: severity)] = group
  }

  /// Counts a note of a file's column, or of the whole file.
  mutating func add(_ note: FeedNote) {
    let kind = Kind(code: note.code, severity: note.severity.rawValue.uppercased())
    var group = groups[kind] ?? Group()
    group.count += Int64(note.count)
    group.isChanged = true
    for example in note.examples where group.examples.count < IssueTally.maxExamples {
      group.examples.append(
        Example(
          line: Int64(example.line), field: note.column, value: example.value, description: note.description))
    }
    groups[kind] = group
  }

  /// Takes a group as it was stored.
  mutating func restore(code: String, severity: String, count: Int64, examples: [UInt8]) throws(MessageError) {
    guard let list = try? JSONDocument(examples).root, list.kind == .array else {
      throw MessageError("the stored examples of \(code) are unreadable")
    }
    let read = list.elements.map {
      Example(
        line: $0["line"]?.int64 ?? 0, field: $0["field"]?.string ?? "", value: $0["value"]?.string ?? "",
        description: $0["description"]?.string ?? "")
    }
    groups[Kind(code: code, severity: severity)] = Group(count: count, examples: read)
  }

  /// The groups that changed since the last call.
  mutating func takeChanged() -> [(kind: Kind, count: Int64, examples: [UInt8])] {
    var changed: [(kind: Kind, count: Int64, examples: [UInt8])] = []
    for (kind, group) in groups where group.isChanged {
      changed.append((kind, group.count, IssueTally.encode(group.examples)))
      groups[kind]?.isChanged = false
    }
    return changed
  }

  private static func encode(_ examples: [Example]) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginArray()
    for example in examples {
      writer.beginObject()
      writer.field("line", example.line)
      writer.field("field", example.field)
      writer.field("value", example.value)
      if !example.description.isEmpty { writer.field("description", example.description) }
      writer.endObject()
    }
    writer.endArray()
    return writer.bytes
  }
}
