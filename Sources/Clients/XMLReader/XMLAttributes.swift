/// An element's attributes, valid during the call that they are given to.
public struct XMLAttributes {
  private let names: UnsafePointer<Int8>
  private let values: UnsafePointer<UnsafePointer<CChar>?>
  public let count: Int

  /// - Parameters:
  ///   - names: a word for each attribute.
  ///   - values: the parser's list: name, value, name, value, …
  init(names: UnsafePointer<Int8>, values: UnsafePointer<UnsafePointer<CChar>?>, count: Int) {
    self.names = names
    self.values = values
    self.count = count
  }

  /// The name of an attribute, as its place in the vocabulary.
  public func word(_ index: Int) -> Int { Int(names[index]) }

  /// The value of an attribute: UTF-8, which ends with a zero.
  public func value(_ index: Int) -> UnsafePointer<UInt8> {
    // The parser's list has a value for each name.
    UnsafeRawPointer(values[2 * index + 1].unsafelyUnwrapped).assumingMemoryBound(to: UInt8.self)
  }

  /// The value of the attribute with this name; nil when there is none.
  public func text(_ word: Int) -> String? {
    for index in 0..<count where self.word(index) == word { return String(cString: value(index)) }
    return nil
  }
}
