internal import ItemModel

extension FeedSystemResult {
  /// A failure as the merchant is told of it; the item's state has the system's own words, as long as it is the same
  /// failure.
  func fault(of name: String, in state: ItemState?, _ graph: SystemGraph) -> DataError {
    let current = graph.index(of: name).flatMap { place in state?.systems[place].failure }
    let text = current.flatMap { $0.code == code ? $0.description : nil } ?? ""
    let kind = failure.flatMap(SystemFailure.Kind.init(rawValue:)) ?? .system
    return DataError(
      code: code, field: name, description: text.isEmpty ? kind.explanation : text, hint: kind.hint)
  }
}

extension ItemDecision {
  /// What systems are known to have against the data that a feed's rows bring, before anything is sent.
  func knownFaults(for feed: Int64, _ graph: SystemGraph) -> [DataError] {
    guard let watcher = feedChanges.last(where: { $0.feed == feed })?.watcher else { return [] }
    return watcher.systems.sorted { $0.key < $1.key }.compactMap { name, result in
      guard result.status == .failed, result.failure == SystemFailure.Kind.data.rawValue else { return nil }
      return result.fault(of: name, in: state, graph)
    }
  }
}

extension SystemFailure.Kind {
  fileprivate var explanation: String {
    switch self {
    case .data: "The system refuses what it was sent."
    case .system: "The system answered with errors until the time to try was up."
    case .timeout: "The system did not answer until the time to try was up."
    }
  }

  fileprivate var hint: String {
    switch self {
    case .data: "Correct the item's values, and submit its rows again."
    case .system, .timeout: "Nothing is wrong with the row: submit it again later."
    }
  }
}
