extension YAMLMistakes {
  /// What `read` makes of a node that may be absent; nil, and its mistakes noted, when it cannot.
  public mutating func read<Value>(_ node: YAMLNode?, _ read: (YAMLNode) throws(YAMLError) -> Value) -> Value? {
    guard let node else { return nil }
    do { return try read(node) } catch {
      add(error)
      return nil
    }
  }

  /// The elements of a list that can be read.
  public mutating func readAll<Value>(
    _ list: YAMLNode?, _ element: (YAMLNode) throws(YAMLError) -> Value
  ) -> [Value] {
    var values: [Value] = []
    for node in read(list, { node throws(YAMLError) in try node.list() }) ?? [] {
      if let value = read(node, element) { values.append(value) }
    }
    return values
  }

  /// Throws what was found, if anything was, in the order of the file.
  public func throwInOrder() throws(YAMLError) {
    let sorted = found.sorted { ($0.location.line, $0.location.column) < ($1.location.line, $1.location.column) }
    if let error = YAMLError(sorted) { throw error }
  }
}
