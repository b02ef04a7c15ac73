internal import JSONCodec

/// What a row becomes, as steps that write JSON: objects and lists that open and close, and members between them.
struct RowProgram: Sendable {
  struct Step: BitwiseCopyable {
    enum Kind: UInt8 { case open, close, member }
    let kind: Kind
    /// Of a member.
    var column = 0
    /// Opening and closing brackets, and names with their colons, in `literals`.
    let literal: Int
    let length: Int
  }

  private(set) var steps: [Step] = []
  private(set) var literals: [UInt8] = []
  /// The steps of an entry of the list, once for each row of an item.
  private(set) var entry: Range<Int> = 0..<0
  /// The deepest nesting.
  private(set) var depth = 0

  init(columns: [SpecColumn], list: [String]) {
    let placed = columns.enumerated().filter { !$1.attribute.isEmpty }.map { ($1.attribute[...], $0) }
    add(.open, "{")
    addMembers(placed, path: [], list: list)
    add(.close, "}")
  }

  private mutating func addMembers(
    _ columns: [(path: ArraySlice<String>, index: Int)], path: [String], list: [String]
  ) {
    depth = max(depth, path.count + 3)
    var names: [String] = []
    for column in columns {
      if let name = column.path.first, !names.contains(name) { names.append(name) }
    }
    for name in names {
      let inside = columns.filter { $0.path.first == name }.map { ($0.path.dropFirst(), $0.index) }
      if let leaf = inside.first, leaf.0.isEmpty {
        add(.member, RowProgram.json(name), column: leaf.1)
        continue
      }
      let isList = path + [name] == list
      add(.open, RowProgram.json(name) + (isList ? "[" : "{"))
      let start = steps.count
      if isList { add(.open, "{") }
      addMembers(inside, path: path + [name], list: list)
      if isList {
        add(.close, "}")
        entry = start..<steps.count
      }
      add(.close, isList ? "]" : "}")
    }
  }

  private mutating func add(_ kind: Step.Kind, _ text: String, column: Int = 0) {
    steps.append(Step(kind: kind, column: column, literal: literals.count, length: text.utf8.count))
    literals += text.utf8
  }

  private static func json(_ name: String) -> String {
    var writer = JSONWriter()
    writer.string(name)
    return String(decoding: writer.bytes, as: UTF8.self) + ":"
  }
}
