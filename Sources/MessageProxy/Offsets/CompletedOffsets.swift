/// Offsets that are done although lower ones are not: ascending ranges that neither touch nor overlap.
struct CompletedOffsets: Equatable {
  private(set) var ranges: [Range<Int64>] = []

  var isEmpty: Bool { ranges.isEmpty }

  /// How many offsets the ranges cover.
  var count: Int64 { ranges.reduce(0) { $0 + Int64($1.count) } }

  /// Adds a range at or above the last one; empty ones are ignored.
  mutating func append(_ range: Range<Int64>) {
    guard !range.isEmpty else { return }
    if let last = ranges.last, range.lowerBound <= last.upperBound {
      ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
    } else {
      ranges.append(range)
    }
  }

  func contains(_ offset: Int64) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound <= offset { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(offset)
  }

  /// The part from `offset` on.
  func from(_ offset: Int64) -> CompletedOffsets {
    var rest = CompletedOffsets()
    for range in ranges where range.upperBound > offset {
      rest.append(max(range.lowerBound, offset)..<range.upperBound)
    }
    return rest
  }
}
