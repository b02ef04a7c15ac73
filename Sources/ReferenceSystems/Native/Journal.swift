internal import Glibc
internal import ItemModel
internal import Telemetry

/// The append-only file in which a system keeps what it accepted, so that a restart finds it again.
///
/// A record is its length (4 bytes, little-endian, without these 4), the version (8), the key's length (2), the key and
/// the body. What the file ends with in mid-record, after a crash, is cut off. Written to the kernel and not forced to the
/// disk: it outlives the process, not the machine.
///
/// `@unchecked Sendable`: only the thread of the system's HTTP server writes, after the start.
final class Journal: @unchecked Sendable {
  private let path: String
  private let logger: Logger
  private var descriptor: Int32 = -1
  /// After a failed write nothing more is taken, since the file may end in mid-record.
  private var isBroken = false

  /// Opens the file, or makes it, hands out what it holds, and writes it anew without what is out of date.
  init(path: String, logger: Logger, _ recover: ([SnippetDelivery]) -> Void) throws(ReferenceSystemsError) {
    self.path = path
    self.logger = logger
    let newest = try Journal.read(path)
    recover(newest)
    let fresh = "\(path).new"
    descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .journal(path: fresh, errno) }
    for start in stride(from: 0, to: newest.count, by: 1_000) {
      guard append(Array(newest[start..<min(start + 1_000, newest.count)])) else { throw .journal(path: fresh, errno) }
    }
    guard rename(fresh, path) == 0 else { throw .journal(path: path, errno) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Adds accepted deliveries; false when they could not be written.
  func append(_ deliveries: [SnippetDelivery]) -> Bool {
    guard !isBroken else { return false }
    guard !deliveries.isEmpty else { return true }
    var bytes: [UInt8] = []
    for delivery in deliveries { Journal.encode(delivery, to: &bytes) }
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        isBroken = true
        logger.error("journal cannot be written", ["path": path, "error": String(cString: strerror(errno))])
        return false
      }
      done += count
    }
    return true
  }

  /// Forgets everything.
  func removeAll() {
    if ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 {
      isBroken = false
    } else {
      isBroken = true
      logger.error("journal cannot be emptied", ["path": path, "error": String(cString: strerror(errno))])
    }
  }

  private static func encode(_ delivery: SnippetDelivery, to bytes: inout [UInt8]) {
    let key = delivery.item.messageKey
    let length = 8 + 2 + key.count + delivery.body.count
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: length).littleEndian) { bytes.append(contentsOf: $0) }
    withUnsafeBytes(of: delivery.version.littleEndian) { bytes.append(contentsOf: $0) }
    withUnsafeBytes(of: UInt16(truncatingIfNeeded: key.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: key)
    bytes.append(contentsOf: delivery.body)
  }

  /// The newest version of each item in the file.
  private static func read(_ path: String) throws(ReferenceSystemsError) -> [SnippetDelivery] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return [] }
      throw .journal(path: path, errno)
    }
    defer { close(descriptor) }
    var newest: [ItemKey: SnippetDelivery] = [:]
    var buffer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .journal(path: path, errno) }
      guard count > 0 else { break }
      buffer.append(contentsOf: chunk[..<count])
      var start = 0
      while let (delivery, next) = decode(buffer, at: start) {
        start = next
        guard let delivery, newest[delivery.item].map({ $0.version < delivery.version }) ?? true else { continue }
        newest[delivery.item] = delivery
      }
      buffer.removeFirst(start)
    }
    return newest.values.sorted { $0.item < $1.item }
  }

  /// The record at `start`, nil inside when it is none of ours, and where the next one begins; nil when it is not whole.
  private static func decode(_ bytes: [UInt8], at start: Int) -> (SnippetDelivery?, next: Int)? {
    func number(_ offset: Int, _ count: Int) -> UInt64 {
      bytes[start + offset..<start + offset + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    guard bytes.count - start >= 4, case let length = Int(number(0, 4)), bytes.count - start - 4 >= length else {
      return nil
    }
    let next = start + 4 + length
    guard length >= 10, case let keyLength = Int(number(12, 2)), length >= 10 + keyLength,
      let item = ItemKey(messageKey: bytes[start + 14..<start + 14 + keyLength])
    else { return (nil, next) }
    let version = Int64(truncatingIfNeeded: number(4, 8))
    return (SnippetDelivery(item: item, version: version, body: Array(bytes[start + 14 + keyLength..<next])), next)
  }
}
