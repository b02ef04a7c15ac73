internal import CExpat

/// Owns expat's parser, and passes on what it says.
final class ExpatParser {
  private let parser: XML_Parser
  private let handler: XMLHandler
  private let limits: XMLLimits
  /// Behind a pointer, since the compiler's checks for access to a class's properties would cost more than it does.
  private let names: UnsafeMutablePointer<NameCensus>
  /// Words of the attributes of the element that is being told.
  private let attributes: UnsafeMutablePointer<Int8>
  private var depth = 0
  private var fed = 0
  private var violation: XMLError?

  init(_ handler: XMLHandler, vocabulary: XMLVocabulary, limits: XMLLimits) throws(XMLError) {
    guard let parser = XML_ParserCreate(nil) else { throw .system("not enough memory for an XML parser") }
    self.parser = parser
    self.handler = handler
    self.limits = limits
    names = .allocate(capacity: 1)
    names.initialize(to: NameCensus(vocabulary, limit: limits.names))
    attributes = .allocate(capacity: max(1, limits.attributes))
    // Not retained: the parser is this object's own, and says nothing but during this object's calls.
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    XML_SetElementHandler(
      parser,
      { ExpatParser.of($0) { [name = $1, attributes = $2] in $0.start(name, attributes) } },
      { ExpatParser.of($0) { [name = $1] in $0.end(name) } })
    XML_SetCharacterDataHandler(parser) { context, text, count in
      ExpatParser.of(context) { $0.text(text, count) }
    }
    XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
      ExpatParser.of(context) { $0.violate(.documentType) }
    }
  }

  deinit {
    XML_ParserFree(parser)
    attributes.deallocate()
    names.deinitialize(count: 1)
    names.deallocate()
  }

  func feed(_ bytes: UnsafeRawBufferPointer, isLast: Bool) throws(XMLError) -> XMLPushParser.Progress {
    fed += bytes.count
    let status = XML_Parse(
      parser, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), isLast ? 1 : 0)
    return try progress(status)
  }

  func resume() throws(XMLError) -> XMLPushParser.Progress { try progress(XML_ResumeParser(parser)) }

  private func progress(_ status: XML_Status) throws(XMLError) -> XMLPushParser.Progress {
    if let violation { throw violation }
    if handler.wish == .stop { return .stopped }
    switch status {
    case XML_STATUS_SUSPENDED:
      handler.wish = .none
      return .suspended
    case XML_STATUS_OK:
      // What it has not told yet belongs to one token that is not complete.
      let told = Int(XML_GetCurrentByteIndex(parser))
      if fed - max(0, told) > limits.tokenBytes { throw .tokenTooLong(limit: limits.tokenBytes) }
      return .hungry
    default: throw failure()
    }
  }

  private func failure() -> XMLError {
    let code = XML_GetErrorCode(parser)
    switch code {
    case XML_ERROR_NO_ELEMENTS, XML_ERROR_UNCLOSED_TOKEN, XML_ERROR_UNCLOSED_CDATA_SECTION, XML_ERROR_PARTIAL_CHAR:
      return .truncated
    case XML_ERROR_UNKNOWN_ENCODING, XML_ERROR_INCORRECT_ENCODING: return .unknownEncoding
    case XML_ERROR_NO_MEMORY: return .system("not enough memory for an XML document")
    default:
      let reason = XML_ErrorString(code).map { String(cString: $0) } ?? "unreadable"
      return .malformed(
        line: Int(XML_GetCurrentLineNumber(parser)), column: Int(XML_GetCurrentColumnNumber(parser)) + 1, reason: reason
      )
    }
  }

  private static func of(_ context: UnsafeMutableRawPointer?, _ body: (ExpatParser) -> Void) {
    guard let context else { return }
    // Alive: its own method called expat. A retain for each tag would cost more than the tag.
    Unmanaged<ExpatParser>.fromOpaque(context)._withUnsafeGuaranteedRef(body)
  }

  private func start(
    _ name: UnsafePointer<CChar>?, _ list: UnsafeMutablePointer<UnsafePointer<CChar>?>?
  ) {
    guard let name, let list, violation == nil else { return }
    depth += 1
    if depth > limits.depth { return violate(.tooDeep(limit: limits.depth)) }
    var count = 0
    while let attribute = list[2 * count] {
      if count == limits.attributes { return violate(.tooManyAttributes(limit: limits.attributes)) }
      attributes[count] = Int8(truncatingIfNeeded: word(attribute))
      count += 1
    }
    let word = word(name)
    if names.pointee.isFull { return violate(.tooManyNames(limit: limits.names)) }
    handler.startElement(word, XMLAttributes(names: attributes, values: list, count: count))
    obey()
  }

  private func end(_ name: UnsafePointer<CChar>?) {
    guard let name, violation == nil else { return }
    depth -= 1
    handler.endElement(word(name))
    obey()
  }

  private func text(_ text: UnsafePointer<CChar>?, _ count: Int32) {
    guard violation == nil else { return }
    let bytes = UnsafeRawPointer(text)?.assumingMemoryBound(to: UInt8.self)
    handler.text(UnsafeBufferPointer(start: bytes, count: Int(count)))
    obey()
  }

  private func word(_ name: UnsafePointer<CChar>) -> Int {
    names.pointee.word(UnsafeRawPointer(name).assumingMemoryBound(to: UInt8.self))
  }

  private func violate(_ error: XMLError) {
    if violation == nil { violation = error }
    XML_StopParser(parser, 0)
  }

  private func obey() {
    switch handler.wish {
    case .none: break
    case .suspend: XML_StopParser(parser, 1)
    case .stop: XML_StopParser(parser, 0)
    }
  }
}
