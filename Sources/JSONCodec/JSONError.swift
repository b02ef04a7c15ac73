/// Why bytes are not an acceptable JSON document.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where the mistake was seen, in bytes from the document's start.
  public let offset: Int
  /// What is wrong, such as `unexpected end` or `duplicate key "a"`.
  public let message: String

  public init(offset: Int, message: String) {
    self.offset = offset
    self.message = message
  }

  public var description: String { "\(message) at byte \(offset)" }
}
