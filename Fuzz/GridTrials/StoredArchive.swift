/// Writes ZIP archives whose entries are not compressed.
enum StoredArchive {
  /// Source: PKWARE, “.ZIP File Format Specification” (APPNOTE), 4.3.
  static func bytes(_ entries: [(name: [UInt8], content: [UInt8])]) -> [UInt8] {
    var (file, directory) = ([UInt8](), [UInt8]())
    for (name, content) in entries {
      let offset = file.count
      var head = number(20, 2) + number(0, 2) + number(0, 2) + number(0, 2) + number(0x21, 2)
      head += number(Int(checksum(content)), 4) + number(content.count, 4) + number(content.count, 4)
      head += number(name.count, 2) + number(0, 2)
      file += number(0x0403_4b50, 4) + head + name + content
      directory += number(0x0201_4b50, 4) + number(20, 2) + head + number(0, 2) + number(0, 2) + number(0, 2)
      directory += number(0, 4) + number(offset, 4) + name
    }
    let end = number(0x0605_4b50, 4) + number(0, 4) + number(entries.count, 2) + number(entries.count, 2)
    return file + directory + end + number(directory.count, 4) + number(file.count, 4) + number(0, 2)
  }

  private static func number(_ value: Int, _ bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  /// CRC-32.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ ($0 >> 8) }
  }

  private static let table: [UInt32] = (0..<256).map { place in
    (0..<8).reduce(UInt32(place)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
  }
}
