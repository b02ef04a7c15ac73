internal import ItemModel
internal import YAMLReader

/// A system as it was read, before its place in the graph is known.
struct SystemDraft {
  let name: SystemsFileReader.Name
  let consumes: AttributeGroups
  let after: [String]
  let afterNode: YAMLNode?
  let template: Template
  let transport: SystemTransport
  let read: URLTemplate?

  /// The system, its predecessors by their place in `order`.
  func system(in order: [SystemDraft]) -> DownstreamSystem {
    DownstreamSystem(
      name: name.text, consumes: consumes,
      after: order.indices.filter { after.contains(order[$0].name.text) }, template: template, transport: transport,
      read: read)
  }
}
