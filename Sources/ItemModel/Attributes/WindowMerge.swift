internal import JSONCodec

/// Merges a change's ship node windows into the stored ones, by ship node and start.
///
/// The same start with another end replaces the window; any other overlap within a ship node is a mistake, told apart by
/// whether both windows came with the change.
struct WindowMerge {
  let limits: ItemLimits
  private(set) var errors: [DataError] = []
  private(set) var notes: [DataError] = []

  init(limits: ItemLimits) { self.limits = limits }

  /// The merged collection as JSON, sorted by ship node and start.
  mutating func merge(stored: JSONValue?, change: JSONValue) -> [UInt8]? {
    guard change.kind == .array else {
      errors.append(
        DataError(
          code: "invalid_shipnodes", field: "cost.shipnodes", value: change.excerpt,
          description: "The ship nodes are not a list."))
      return nil
    }
    let new = readChange(change)
    let old = stored?.elements.compactMap { ShipnodeWindow(stored: $0) } ?? []
    let merged = combine(old: old, new: new)
    checkOverlaps(merged)
    if merged.count > limits.maxWindows {
      errors.append(
        DataError(
          code: "too_many_windows", field: "cost.shipnodes", value: String(merged.count),
          description: "The item would have \(merged.count) windows; the limit is \(limits.maxWindows).",
          hint: "Remove windows that have passed."))
    }
    guard errors.isEmpty else { return nil }
    return write(merged)
  }

  /// The change's windows in order, exact repeats dropped.
  private mutating func readChange(_ change: JSONValue) -> [ShipnodeWindow] {
    var windows: [ShipnodeWindow] = []
    windows.reserveCapacity(change.count)
    for (index, element) in change.elements.enumerated() {
      do {
        windows.append(try ShipnodeWindow(change: element, index: index))
      } catch {
        errors.append(error)
      }
    }
    windows.sort { $0.precedes($1) }
    var distinct: [ShipnodeWindow] = []
    for window in windows {
      if let last = distinct.last, last.hasSameKey(as: window) {
        if !last.says(window) { errors.append(.overlap(window, last)) }
      } else {
        distinct.append(window)
      }
    }
    return distinct
  }

  private mutating func combine(old: [ShipnodeWindow], new: [ShipnodeWindow]) -> [ShipnodeWindow] {
    var merged: [ShipnodeWindow] = []
    merged.reserveCapacity(old.count + new.count)
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      if right == new.count || (left < old.count && old[left].precedes(new[right])) {
        merged.append(old[left])
        left += 1
      } else {
        let window = new[right]
        right += 1
        if left < old.count, old[left].hasSameKey(as: window) {
          if window.json != nil, old[left].end != window.end { notes.append(.replaced(old[left], by: window)) }
          left += 1
        }
        if window.json != nil { merged.append(window) }
      }
    }
    return merged
  }

  private mutating func checkOverlaps(_ windows: [ShipnodeWindow]) {
    guard var longest = windows.first else { return }
    for window in windows.dropFirst() {
      if window.shipnode == longest.shipnode, window.startOrdinal <= longest.endOrdinal {
        errors.append(.overlap(window, longest))
        if window.endOrdinal > longest.endOrdinal { longest = window }
      } else {
        longest = window
      }
    }
  }

  private func write(_ windows: [ShipnodeWindow]) -> [UInt8] {
    var writer = JSONWriter(capacity: windows.reduce(2) { $0 + ($1.json?.count ?? 0) + 1 })
    writer.beginArray()
    for window in windows {
      if let json = window.json { writer.raw(json) }
    }
    writer.endArray()
    return writer.bytes
  }
}

extension DataError {
  fileprivate static func overlap(_ one: ShipnodeWindow, _ other: ShipnodeWindow) -> DataError {
    let isInside = one.isNew && other.isNew
    let new = one.isNew ? one : other
    let old = one.isNew ? other : one
    return DataError(
      code: isInside ? "window_overlap" : "window_overlap_stored", field: "cost.shipnodes[\(new.index)]",
      value: new.text,
      description: isInside
        ? "The window overlaps another of the same change: \(old.text)."
        : "The window overlaps one that is stored: \(old.text).",
      hint: isInside
        ? "Let one window end before the next begins."
        : "End or remove the stored window first, or begin on its first day to replace it.")
  }

  fileprivate static func replaced(_ old: ShipnodeWindow, by new: ShipnodeWindow) -> DataError {
    DataError(
      code: "window_replaced", field: "cost.shipnodes[\(new.index)]", value: new.text,
      description: "The window replaces \(old.text).")
  }
}
