internal import JSONCodec

/// The systems that newer messages of the same item, waiting in the queue, will update.
enum Followers {
  /// - Parameters:
  ///   - values: the waiting messages; one that cannot be read says nothing here, and ends as a dead letter later.
  ///   - version: only newer ones count.
  static func systems(of values: [[UInt8]], newerThan version: Int64) -> Set<String> {
    var names: Set<String> = []
    for value in values {
      guard let root = try? JSONDocument(value).root, let other = root["version"]?.int64, other > version,
        let systems = root["systems"]
      else { continue }
      for member in systems.members { names.insert(member.name) }
    }
    return names
  }
}
