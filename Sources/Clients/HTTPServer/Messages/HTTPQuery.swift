/// The decoded query of a target, in order; repeated names are kept.
public struct HTTPQuery: Sendable {
  /// Name and value of each pair; a name without `=` has an empty value.
  public let pairs: [(name: String, value: String)]

  init(pairs: [(name: String, value: String)] = []) { self.pairs = pairs }

  /// The first value of that name.
  public subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

  /// Every value of that name, in order.
  public func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }
}
