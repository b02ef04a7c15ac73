/// Gathers mistakes, so that whoever wrote the file sees them all at once.
public struct YAMLMistakes: Sendable {
  public private(set) var found: [YAMLMistake] = []
  private let limit: Int

  /// What is found beyond `limit` mistakes is left out.
  public init(limit: Int = 100) { self.limit = limit }

  public mutating func add(_ mistake: YAMLMistake) {
    if found.count < limit { found.append(mistake) }
  }

  public mutating func add(_ location: YAMLLocation, _ what: String, hint: String? = nil) {
    add(YAMLMistake(location, what, hint: hint))
  }

  public mutating func add(_ error: YAMLError) {
    for mistake in error.mistakes { add(mistake) }
  }

  /// The value that `read` gives, or nil and its mistakes noted.
  public mutating func collect<Value>(_ read: @autoclosure () throws(YAMLError) -> Value) -> Value? {
    do { return try read() } catch {
      add(error)
      return nil
    }
  }

  /// Throws what was found, if anything was.
  public func throwIfAny() throws(YAMLError) {
    if let error = YAMLError(found) { throw error }
  }
}
