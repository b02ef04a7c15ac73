internal import JSONCodec

/// What a row becomes: an object whose members are the values of its cells.
indirect enum RowTemplate: Sendable {
  case column(Int)
  case object([(name: [UInt8], value: RowTemplate)])
  /// A list with the row as its one entry.
  case entry(RowTemplate)

  init(columns: [SpecColumn], list: [String]) {
    let placed = columns.enumerated().filter { !$1.attribute.isEmpty }
    self = RowTemplate.node(placed.map { ($1.attribute[...], $0) }, path: [], list: list)
  }

  private static func node(
    _ columns: [(path: ArraySlice<String>, index: Int)], path: [String], list: [String]
  ) -> RowTemplate {
    var names: [String] = []
    for column in columns {
      if let name = column.path.first, !names.contains(name) { names.append(name) }
    }
    let members = names.map { name in
      let inside = columns.filter { $0.path.first == name }.map { ($0.path.dropFirst(), $0.index) }
      if let leaf = inside.first, leaf.0.isEmpty { return (json(name), RowTemplate.column(leaf.1)) }
      return (json(name), node(inside, path: path + [name], list: list))
    }
    return !list.isEmpty && path == list ? .entry(.object(members)) : .object(members)
  }

  private static func json(_ name: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.string(name)
    return writer.bytes + [UInt8(ascii: ":")]
  }

  /// Appends JSON with the values that `values` has for the columns; what holds no value is left out.
  /// - Returns: whether anything was appended.
  func append(_ values: CellValues, to bytes: inout [UInt8]) -> Bool {
    switch self {
    case .column(let column):
      guard let json = values[column] else { return false }
      bytes.append(contentsOf: json)
      return true
    case .entry(let body):
      bytes.append(UInt8(ascii: "["))
      guard body.append(values, to: &bytes) else {
        bytes.removeLast()
        return false
      }
      bytes.append(UInt8(ascii: "]"))
      return true
    case .object(let members):
      let start = bytes.count
      bytes.append(UInt8(ascii: "{"))
      for member in members {
        let mark = bytes.count
        if mark > start + 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(contentsOf: member.name)
        if !member.value.append(values, to: &bytes) { bytes.removeLast(bytes.count - mark) }
      }
      guard bytes.count > start + 1 else {
        bytes.removeLast()
        return false
      }
      bytes.append(UInt8(ascii: "}"))
      return true
    }
  }
}

/// The values of a row's cells as JSON, one after another in memory that is used again for the next row.
struct CellValues: Sendable {
  var bytes: [UInt8] = []
  private var ranges: [Range<Int>?]

  init(columns: Int) { ranges = Array(repeating: nil, count: columns) }

  subscript(_ column: Int) -> ArraySlice<UInt8>? { ranges[column].map { bytes[$0] } }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    for column in ranges.indices { ranges[column] = nil }
  }

  /// Says that the bytes from `start` on are the column's.
  mutating func end(_ column: Int, from start: Int) { ranges[column] = start..<bytes.count }
}
