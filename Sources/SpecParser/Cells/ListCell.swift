/// Several values in one cell; JSON's list of them, or nothing where there are none: an empty list would wipe out what is
/// stored.
enum ListCell {
  static func read(
    _ cell: UnsafeBufferPointer<UInt8>, _ separator: UInt8, _ items: [CellPlan], text: inout ByteBuffer,
    note: inout Normalisation?
  ) throws(CellProblem) -> TypedValue {
    guard let plan = items.first else { return .nothing }
    var values: [TypedValue] = []
    var scratch = ByteBuffer()
    // A line break within the cell divides its values, too.
    for part in cell.split(whereSeparator: { $0 == separator || $0 == .lineFeed }) {
      let item = UnsafeBufferPointer(rebasing: part).trimmed
      if item.isEmpty { continue }
      values.append(try plan.read(item, text: &scratch, note: &note))
    }
    if values.isEmpty { return .nothing }
    let limit = scratch.count * 2 + values.count * 81 + 2
    let start = text.count
    text.append(atMost: limit) { output in
      scratch.storage.withUnsafeBufferPointer { JSONSink.writeList(values, text: $0, to: output) }
    }
    return .text(at: start, count: text.count - start, kind: .json)
  }
}

extension JSONSink {
  /// - Returns: the bytes that were written.
  fileprivate static func writeList(
    _ values: [TypedValue], text: UnsafeBufferPointer<UInt8>, to output: UnsafeMutablePointer<UInt8>
  ) -> Int {
    withUnsafeTemporaryAllocation(of: Level.self, capacity: 1) { levels in
      var sink = JSONSink(
        output: output + 1, text: text, literals: UnsafeBufferPointer(start: nil, count: 0), levels: levels)
      output[0] = UInt8(ascii: "[")
      for (place, value) in values.enumerated() {
        if place > 0 { sink.byte(UInt8(ascii: ",")) }
        sink.append(value)
      }
      sink.byte(UInt8(ascii: "]"))
      return sink.count + 1
    }
  }
}
