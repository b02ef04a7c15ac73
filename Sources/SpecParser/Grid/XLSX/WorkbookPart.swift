internal import XMLReader
internal import ZipReader

/// A part of a workbook that is being read.
final class WorkbookPart {
  private let name: String
  private let stream: ZipStream
  private let parser: XMLPushParser
  private unowned let package: WorkbookPackage
  private var isSuspended = false
  private var isAtEnd = false

  init(
    _ name: String, _ stream: ZipStream, _ handler: XMLHandler, in package: WorkbookPackage
  ) throws(FeedParserError) {
    self.name = name
    self.stream = stream
    self.package = package
    do throws(XMLError) {
      parser = try XMLPushParser(handler, vocabulary: WorkbookWord.vocabulary)
    } catch {
      throw FeedParserError(error, part: name)
    }
  }

  /// Reads on by one piece, or to where the handler halts.
  /// - Returns: `stopped` at the end, and when the handler has enough.
  func advance() throws(FeedParserError) -> XMLPushParser.Progress {
    if isAtEnd { return .stopped }
    let bytes = isSuspended ? nil : try package.inflate(stream, part: name)
    do throws(XMLError) {
      let progress =
        if let bytes { try parser.feed(bytes, isLast: bytes.isEmpty) } else { try parser.resume() }
      isSuspended = progress == .suspended
      if let bytes, bytes.isEmpty, progress == .hungry { isAtEnd = true }
      return isAtEnd ? .stopped : progress
    } catch {
      throw FeedParserError(error, part: name)
    }
  }

  /// Inflates what is left without reading it: the checksum is over the whole part.
  func drain() throws(FeedParserError) {
    while try !package.inflate(stream, part: name).isEmpty {}
  }
}
