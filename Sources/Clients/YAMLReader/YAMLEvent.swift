/// What the parser meets on its way through a file.
struct YAMLEvent {
  enum Kind {
    case streamStart, streamEnd, documentStart, documentEnd, sequenceEnd, mappingEnd
    case alias(String)
    case scalar(String, quoted: Bool)
    case sequenceStart, mappingStart
  }

  let kind: Kind
  let location: YAMLLocation
  var anchor: String?
  var tag: String?
}
