internal import Crypto

/// Appends fields to a row's stored form.
struct StateWriter {
  private(set) var bytes: [UInt8] = []

  init() { bytes.reserveCapacity(384) }

  mutating func byte(_ value: UInt8) { bytes.append(value) }

  /// Zigzag, seven bits a byte, the lowest first.
  mutating func integer(_ value: Int64) {
    var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func text(_ value: String) {
    integer(Int64(value.utf8.count))
    bytes.append(contentsOf: value.utf8)
  }

  mutating func digest(_ value: Digest) {
    withUnsafeBytes(of: (value.high.bigEndian, value.low.bigEndian)) { bytes.append(contentsOf: $0) }
  }

  mutating func optional<Value>(_ value: Value?, _ write: (inout StateWriter, Value) -> Void) {
    byte(value == nil ? 0 : 1)
    if let value { write(&self, value) }
  }
}

/// Reads what `StateWriter` wrote.
struct StateReader {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func byte() throws(StateCodingError) -> UInt8 {
    guard place < bytes.count else { throw StateCodingError(message: "cut off") }
    defer { place += 1 }
    return bytes[place]
  }

  mutating func integer() throws(StateCodingError) -> Int64 {
    var (value, shift): (UInt64, UInt64) = (0, 0)
    while true {
      let next = try byte()
      value |= UInt64(next & 0x7F) << shift
      if next < 0x80 { break }
      shift += 7
      guard shift < 64 else { throw StateCodingError(message: "number too long") }
    }
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// A number of things that follow, each at least one byte long.
  mutating func count() throws(StateCodingError) -> Int {
    let count = try integer()
    guard count >= 0, count <= bytes.count - place else { throw StateCodingError(message: "impossible count") }
    return Int(count)
  }

  mutating func text() throws(StateCodingError) -> String {
    let count = try count()
    defer { place += count }
    return String(decoding: bytes[place..<(place + count)], as: UTF8.self)
  }

  mutating func digest() throws(StateCodingError) -> Digest {
    guard place + 16 <= bytes.count else { throw StateCodingError(message: "cut off") }
    defer { place += 16 }
    return bytes.withUnsafeBytes { bytes in
      Digest(
        high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)),
        low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self)))
    }
  }
}
