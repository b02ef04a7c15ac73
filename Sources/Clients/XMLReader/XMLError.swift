/// Why a document cannot be read on. Repeating helps with `system` alone.
public enum XMLError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Not well-formed; where the parser gave up, counted from 1, and what it said.
  case malformed(line: Int, column: Int, reason: String)
  /// The document ends before its root element does.
  case truncated
  /// The document has a document type, which may declare entities that grow without end.
  case documentType
  /// In an encoding other than UTF-8, UTF-16, ISO 8859-1 and ASCII.
  case unknownEncoding
  /// Elements stand in one another deeper than that.
  case tooDeep(limit: Int)
  /// A tag, a comment or the like is longer than that many bytes.
  case tokenTooLong(limit: Int)
  /// An element has more attributes than that.
  case tooManyAttributes(limit: Int)
  /// There are more different names than that.
  case tooManyNames(limit: Int)
  /// Memory is short: no fault of the document.
  case system(String)

  public var description: String {
    switch self {
    case .malformed(let line, let column, let reason): "line \(line), column \(column): \(reason)"
    case .truncated: "the document ends too early"
    case .documentType: "the document has a document type"
    case .unknownEncoding: "the document's encoding is unknown"
    case .tooDeep(let limit): "elements are nested deeper than \(limit)"
    case .tokenTooLong(let limit): "a tag or comment has more than \(limit) bytes"
    case .tooManyAttributes(let limit): "an element has more than \(limit) attributes"
    case .tooManyNames(let limit): "there are more than \(limit) different names"
    case .system(let reason): reason
    }
  }
}
