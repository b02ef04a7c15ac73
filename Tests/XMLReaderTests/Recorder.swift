import XMLReader

/// Writes down what a parser tells.
final class Recorder: XMLHandler {
  static let words = ["a", "row", "sheetData", "r", "id"]
  var told: [String] = []
  var suspendAt: String?
  var stopAt: String?

  override func startElement(_ name: Int, _ attributes: XMLAttributes) {
    let list = (0..<attributes.count).map { "\(attributes.word($0))=\(String(cString: attributes.value($0)))" }
    tell("<\(name)\(list.map { " " + $0 }.joined())")
  }

  override func endElement(_ name: Int) { tell(">\(name)") }

  override func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    let text = String(decoding: bytes, as: UTF8.self)
    if told.last?.hasPrefix("'") == true { told[told.count - 1] += text } else { told.append("'" + text) }
  }

  private func tell(_ line: String) {
    told.append(line)
    if line == suspendAt { suspend() }
    if line == stopAt { stop() }
  }
}

/// What a parser tells of a document, fed in pieces of `size`.
func read(
  _ document: [UInt8], size: Int = 65_536, limits: XMLLimits = XMLLimits(), _ recorder: Recorder = Recorder()
) throws -> [String] {
  let parser = try XMLPushParser(recorder, vocabulary: XMLVocabulary(Recorder.words), limits: limits)
  var start = 0
  repeat {
    let end = min(start + size, document.count)
    var progress = try document[start..<end].withUnsafeBytes { try parser.feed($0, isLast: end == document.count) }
    while progress == .suspended { progress = try parser.resume() }
    if progress == .stopped { break }
    start = end
  } while start < document.count
  return recorder.told
}

func read(
  _ document: String, size: Int = 65_536, limits: XMLLimits = XMLLimits(), _ recorder: Recorder = Recorder()
) throws -> [String] {
  try read(Array(document.utf8), size: size, limits: limits, recorder)
}
