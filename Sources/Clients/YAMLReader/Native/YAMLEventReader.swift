internal import CYAML

/// Owns a libyaml parser and the bytes that it reads.
final class YAMLEventReader {
  private let file: String
  private let bytes: [UInt8]
  /// Both stay where they are: the parser points to itself and to its input.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(_ bytes: [UInt8], file: String) throws(YAMLError) {
    self.file = file
    self.bytes = bytes
    input = .allocate(capacity: max(1, bytes.count))
    _ = input.initialize(from: bytes)
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    // Fails only for want of memory.
    guard yaml_parser_initialize(parser) == 1 else {
      throw YAMLError(YAMLMistake(YAMLLocation(file: file, line: 1, column: 1), "not enough memory to read the file"))
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
  }

  deinit {
    // Harmless after a failed initialisation: the parser is then all zeros.
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  func next() throws(YAMLError) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw YAMLError(mistake()) }
    defer { yaml_event_delete(&event) }
    let location = location(event.start_mark)
    let data = event.data
    switch event.type {
    case YAML_ALIAS_EVENT:
      return YAMLEvent(kind: .alias(text(data.alias.anchor) ?? ""), location: location)
    case YAML_SCALAR_EVENT:
      let scalar = data.scalar
      let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      let kind = YAMLEvent.Kind.scalar(text, quoted: scalar.style != YAML_PLAIN_SCALAR_STYLE)
      return YAMLEvent(kind: kind, location: location, anchor: self.text(scalar.anchor), tag: self.text(scalar.tag))
    case YAML_SEQUENCE_START_EVENT:
      let start = data.sequence_start
      return YAMLEvent(kind: .sequenceStart, location: location, anchor: text(start.anchor), tag: text(start.tag))
    case YAML_MAPPING_START_EVENT:
      let start = data.mapping_start
      return YAMLEvent(kind: .mappingStart, location: location, anchor: text(start.anchor), tag: text(start.tag))
    case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, location: location)
    case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, location: location)
    case YAML_DOCUMENT_START_EVENT: return YAMLEvent(kind: .documentStart, location: location)
    case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, location: location)
    case YAML_STREAM_START_EVENT: return YAMLEvent(kind: .streamStart, location: location)
    default: return YAMLEvent(kind: .streamEnd, location: location)
    }
  }

  private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private func location(_ mark: yaml_mark_t) -> YAMLLocation {
    YAMLLocation(file: file, line: mark.line + 1, column: mark.column + 1)
  }

  /// What the parser gave up on.
  private func mistake() -> YAMLMistake {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "unreadable"
    switch parser.pointee.error {
    case YAML_READER_ERROR:
      return YAMLSyntax.encodingMistake(problem, at: parser.pointee.problem_offset, in: bytes, file: file)
    case YAML_MEMORY_ERROR:
      return YAMLMistake(location(parser.pointee.mark), "not enough memory to read the file")
    default:
      let begun = parser.pointee.context == nil ? nil : parser.pointee.context_mark.line + 1
      return YAMLSyntax.mistake(problem, at: location(parser.pointee.problem_mark), begun: begun, in: bytes)
    }
  }
}
