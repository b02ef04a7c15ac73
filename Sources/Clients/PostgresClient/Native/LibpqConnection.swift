internal import CPostgres

/// The one owner of a `PGconn`; every call on it returns at once. After `close` all calls fail.
///
/// `@unchecked Sendable`: one thread at a time uses it, first the one that starts it, then the event loop's.
final class LibpqConnection: @unchecked Sendable {
  enum ConnectStep { case wantsRead, wantsWrite, connected, failed }
  enum Put { case done, full, failed }
  enum Get { case row([UInt8]), wait, end, failed }

  private var handle: OpaquePointer?
  /// The values of one call's parameters, one after the other; kept for its capacity.
  private var scratch: [UInt8] = []
  private static let scratchLimit = 1 << 20

  /// Looks the host up, which may block, and starts to connect.
  init(starting options: ConnectionOptions) {
    handle = Self.withCStrings(options.keywords) { keywords in
      Self.withCStrings(options.values) { values in PQconnectStartParams(keywords, values, 0) }
    }
    PQsetNoticeProcessor(handle, { _, _ in }, nil)
    // The only way to learn the error code of a refused connection is to have it in the message.
    PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
  }

  deinit { close() }

  func close() {
    PQfinish(handle)
    handle = nil
  }

  var isBroken: Bool { PQstatus(handle) == CONNECTION_BAD }
  var socket: Int32 { PQsocket(handle) }
  var errorMessage: String { Self.trim(PQerrorMessage(handle)) }
  var isOutsideTransaction: Bool { PQtransactionStatus(handle) == PQTRANS_IDLE }

  func connectStep() -> ConnectStep {
    switch PQconnectPoll(handle) {
    case PGRES_POLLING_READING: return .wantsRead
    case PGRES_POLLING_WRITING: return .wantsWrite
    case PGRES_POLLING_OK:
      PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
      return PQsetnonblocking(handle, 1) == 0 ? .connected : .failed
    default: return .failed
    }
  }

  func cancelRequest() -> CancelRequest? { PQgetCancel(handle).map(CancelRequest.init) }

  // MARK: Sending

  func enterPipeline() -> Bool { PQenterPipelineMode(handle) == 1 }
  func exitPipeline() -> Bool { PQexitPipelineMode(handle) == 1 }
  func sync() -> Bool { PQpipelineSync(handle) == 1 }
  func send(simple sql: String) -> Bool { PQsendQuery(handle, sql) == 1 }
  func send(unprepared sql: String) -> Bool { PQsendQueryParams(handle, sql, 0, nil, nil, nil, nil, 1) == 1 }

  func prepare(_ sql: String, name: String, types: [PostgresType]) -> Bool {
    PQsendPrepare(handle, name, sql, Int32(types.count), types.map(\.rawValue)) == 1
  }

  func send(prepared name: String, _ parameters: [PostgresParameter]) -> Bool {
    scratch.removeAll(keepingCapacity: scratch.capacity <= Self.scratchLimit)
    var offsets: [Int] = []
    offsets.reserveCapacity(parameters.count + 1)
    for parameter in parameters {
      offsets.append(scratch.count)
      parameter.append(to: &scratch)
    }
    offsets.append(scratch.count)
    // An empty value is told from NULL by its pointer, so the buffer must have an address.
    scratch.append(0)
    let formats = parameters.map { $0.isBinary ? Int32(1) : 0 }
    let lengths = parameters.indices.map { Int32(truncatingIfNeeded: offsets[$0 + 1] - offsets[$0]) }
    return scratch.withUnsafeBytes { bytes in
      let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      let values = parameters.indices.map {
        parameters[$0].isNull ? nil : base.map { [offset = offsets[$0]] in $0 + offset }
      }
      return PQsendQueryPrepared(handle, name, Int32(parameters.count), values, lengths, formats, 1) == 1
    }
  }

  /// Whether everything was written to the socket; nil if the connection broke.
  func flush() -> Bool? {
    switch PQflush(handle) {
    case 0: true
    case 1: false
    default: nil
    }
  }

  // MARK: Receiving

  func consumeInput() -> Bool { PQconsumeInput(handle) == 1 }
  var isBusy: Bool { PQisBusy(handle) == 1 }
  /// The next result of the command under way, nil at its end. Does not block while not `isBusy`.
  func nextResult() -> PostgresResult? { PQgetResult(handle).map(PostgresResult.init) }

  // MARK: COPY

  func put(_ bytes: UnsafeRawBufferPointer) -> Put {
    let chars = bytes.assumingMemoryBound(to: CChar.self)
    return put(PQputCopyData(handle, chars.baseAddress, Int32(chars.count)))
  }

  /// Ends a COPY to the server; with a reason, makes it fail.
  func endCopy(failing reason: String?) -> Put { put(PQputCopyEnd(handle, reason)) }

  private func put(_ code: Int32) -> Put {
    switch code {
    case 1: .done
    case 0: .full
    default: .failed
    }
  }

  func getRow() -> Get {
    var buffer: UnsafeMutablePointer<CChar>?
    let length = PQgetCopyData(handle, &buffer, 1)
    switch length {
    case 1...:
      defer { PQfreemem(buffer) }
      return .row(Array(UnsafeRawBufferPointer(start: buffer, count: Int(length))))
    case 0: return .wait
    case -1: return .end
    default: return .failed
    }
  }

  // MARK: Strings

  private static func trim(_ text: UnsafePointer<CChar>?) -> String {
    guard let text else { return "" }
    var string = String(cString: text)
    while string.last?.isWhitespace == true { string.removeLast() }
    return string
  }

  /// Lends C strings, ended by a null pointer.
  private static func withCStrings<R>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> R
  ) -> R {
    let texts = strings.map { Array($0.utf8CString) }
    var offsets = [0]
    for text in texts { offsets.append(offsets[offsets.count - 1] + text.count) }
    return texts.flatMap { $0 }.withUnsafeBufferPointer { all in
      var pointers = strings.indices.map { index in all.baseAddress.map { $0 + offsets[index] } }
      pointers.append(nil)
      return body(pointers)
    }
  }
}
