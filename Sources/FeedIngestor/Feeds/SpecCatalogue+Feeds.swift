internal import SpecParser

extension SpecCatalogue {
  /// The spec of a name, for a grid that is to come.
  func taking(_ name: String) throws(FeedRefusal) -> Spec {
    guard let spec = self[name] else { throw .unknownSpec(name, known: names) }
    guard let message = spec.retired else { return spec }
    throw .unreadable(
      code: "spec_retired", what: "The spec \(spec.identifier) is not used any more.", hint: message, isNoGrid: false)
  }
}
