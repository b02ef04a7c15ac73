/// Reads an XML document piece by piece and tells a handler what stands in it, without an object or a string for each
/// name, attribute or text.
///
/// Documents with a document type are refused, so there are no entities but the five that XML itself has.
public final class XMLPushParser {
  public enum Progress: Sendable {
    /// Give it the next piece.
    case hungry
    /// The handler halted it: call `resume()`.
    case suspended
    /// The handler ended it.
    case stopped
  }

  private let parser: ExpatParser

  /// - Parameter handler: kept for as long as the parser lives.
  public init(
    _ handler: XMLHandler, vocabulary: XMLVocabulary, limits: XMLLimits = XMLLimits()
  ) throws(XMLError) {
    parser = try ExpatParser(handler, vocabulary: vocabulary, limits: limits)
  }

  /// Takes the document's next bytes. Pieces of 64 KiB are good: what it does once for each piece then costs nothing.
  /// - Parameter isLast: whether the document ends with them.
  public func feed(_ bytes: UnsafeRawBufferPointer, isLast: Bool) throws(XMLError) -> Progress {
    try parser.feed(bytes, isLast: isLast)
  }

  /// Goes on after `suspended`.
  public func resume() throws(XMLError) -> Progress { try parser.resume() }
}
