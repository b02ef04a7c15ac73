/// What has come in of one answer, within the request's limits.
struct IncomingAnswer {
  enum Excess { case headers, body, unwanted }

  private(set) var headerBlock: [UInt8] = []
  private(set) var body: [UInt8] = []
  /// The limit that ended the transfer, if one did.
  private(set) var excess: Excess?
  private(set) var hasBegun = false
  /// Whether the empty line after the headers came. libcurl takes a connection that ends among them for a whole answer.
  private(set) var hasWholeHead = false
  private var headerBytes = 0
  private var hasBody = false
  private var bodyBytes = 0
  private let maxHeaderBytes: Int
  private let maxBodyBytes: Int
  /// Takes the body of a good answer in its place.
  private let onBody: ((UnsafeRawBufferPointer) -> Bool)?

  init(maxHeaderBytes: Int, maxBodyBytes: Int, onBody: ((UnsafeRawBufferPointer) -> Bool)? = nil) {
    self.maxHeaderBytes = maxHeaderBytes
    self.maxBodyBytes = maxBodyBytes
    self.onBody = onBody
  }

  /// Takes one whole header line; false ends the transfer.
  mutating func takeHeader(_ line: UnsafeRawBufferPointer) -> Bool {
    hasBegun = true
    headerBytes += line.count
    guard headerBytes <= maxHeaderBytes else {
      excess = .headers
      return false
    }
    // Trailers count, but are not kept: nobody could tell them from headers.
    if hasBody { return true }
    // An interim answer (1xx) is followed by the next status line: only the final answer's headers are kept.
    if line.starts(with: "HTTP/".utf8) { headerBlock.removeAll(keepingCapacity: true) }
    headerBlock.append(contentsOf: line)
    hasWholeHead = line.count <= 2 && line.last == 0x0A
    return true
  }

  /// Takes bytes of the body; false ends the transfer.
  mutating func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    hasBody = true
    guard bytes.count <= maxBodyBytes - bodyBytes else {
      excess = .body
      return false
    }
    bodyBytes += bytes.count
    if let onBody, isGood {
      if onBody(bytes) { return true }
      excess = .unwanted
      return false
    }
    body.append(contentsOf: bytes)
    return true
  }

  /// Whether the status is one of 200 to 299: `HTTP/1.1 204 No Content`.
  private var isGood: Bool { headerBlock.drop { $0 != 0x20 }.dropFirst().first == 0x32 }
}
