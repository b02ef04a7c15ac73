internal import Testing

@testable internal import HTTPServer

/// How the ends that the two sides set meet.
@Suite struct ResponseStreamTests {
  private func sent(_ stream: ResponseStream) -> (text: String, last: ResponseStream.Piece) {
    var text = ""
    while true {
      var block = [UInt8](repeating: 0, count: 4)
      let piece = block.withUnsafeMutableBytes { stream.read(into: $0) }
      guard case .bytes(let count) = piece else { return (text, piece) }
      text += String(decoding: block.prefix(count), as: UTF8.self)
    }
  }

  @Test func aWriterThatGivesUpAfterTheServersEndLeavesItWhole() throws {
    let stream = ResponseStream(capacity: 64) {}
    try stream.append("hello".utf8)
    stream.end()
    #expect(throws: HTTPStreamError.cancelled) { try stream.append("more".utf8) }
    stream.abandon()
    #expect(sent(stream) == ("hello", .end))
  }

  @Test func aWriterThatGivesUpBeforeCutsIt() throws {
    let stream = ResponseStream(capacity: 64) {}
    try stream.append("half".utf8)
    stream.abandon()
    stream.end()
    #expect(sent(stream) == ("", .failed))
  }

  @Test func aCutCountsAfterTheEndToo() throws {
    let stream = ResponseStream(capacity: 64) {}
    try stream.append("hello".utf8)
    stream.end()
    stream.fail(.disconnected)
    #expect(sent(stream) == ("", .failed))
  }
}
