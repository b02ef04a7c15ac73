import TestKit
import Testing
import ZipReader

@Suite struct ZipArchiveTests {
  private static let text = Array(String(repeating: "a grid of cells, ", count: 10_000).utf8)

  /// An entry's bytes, in pieces of `size`.
  private func contents(
    _ name: String, of archive: [UInt8], limit: Int = 1 << 20, size: Int = 4096
  ) throws -> [UInt8] {
    try withFile(archive) { path in
      let archive = try ZipArchive(path: path)
      let entry = try #require(archive.entries.first { $0.name == name })
      let stream = try archive.open(entry, limit: limit)
      var bytes: [UInt8] = []
      var piece = [UInt8](repeating: 0, count: size)
      while true {
        let count = try piece.withUnsafeMutableBytes { try stream.read(into: $0) }
        if count == 0 { break }
        bytes += piece[..<count]
      }
      #expect(stream.count == bytes.count)
      return bytes
    }
  }

  @Test(arguments: [1, 7, 4096, 1 << 20]) func entriesInPieces(_ size: Int) throws {
    let entries = [("a/b.xml", Self.text), ("empty", []), ("c", [1, 2, 3])]
    for isStored in [false, true] {
      let archive = try TestArchive.bytes(entries, isStored: isStored)
      for (name, bytes) in entries { #expect(try contents(name, of: archive, size: size) == bytes) }
    }
  }

  @Test func sizesAreTold() throws {
    try withFile(TestArchive.bytes([("a", Self.text)])) { path in
      let entry = try #require(ZipArchive(path: path).entries.first)
      #expect(entry.size == UInt64(Self.text.count))
      #expect(entry.compressedSize < 2_000)
      #expect(!entry.isEncrypted)
    }
  }

  @Test func moreThanTheLimitIsRefused() throws {
    var archive = try TestArchive.bytes([("a", Self.text)])
    #expect(throws: ZipError.tooLarge(limit: 1000)) { try contents("a", of: archive, limit: 1000) }
    // The same from an archive that lies about its size, in both places that tell it.
    let size = withUnsafeBytes(of: UInt32(Self.text.count).littleEndian) { Array($0) }
    for place in archive.indices.dropLast(4) where Array(archive[place..<(place + 4)]) == size {
      archive.replaceSubrange(place..<(place + 4), with: [100, 0, 0, 0])
    }
    #expect(throws: ZipError.self) { try contents("a", of: archive, limit: 1000) }
  }

  @Test func brokenArchives() throws {
    let archive = try TestArchive.bytes([("a", Self.text)], isStored: true)
    #expect(throws: ZipError.notAnArchive) { try contents("a", of: Array("Item Gtin,Cost\n1,2\n".utf8)) }
    #expect(throws: ZipError.notAnArchive) { try contents("a", of: []) }
    for share in [30, archive.count / 2, archive.count - 30] {
      #expect(throws: ZipError.truncated) { try contents("a", of: Array(archive[..<share])) }
    }
    var changed = archive
    changed[1000] ^= 1
    #expect(throws: ZipError.checksum) { try contents("a", of: changed) }
    var squeezed = try TestArchive.bytes([("a", Self.text)])
    squeezed[60] ^= 0xFF
    #expect(throws: ZipError.self) { try contents("a", of: squeezed) }
  }

  @Test func anArchiveCutInTheMiddleIsNoArchiveEvenWithItsEnd() throws {
    let archive = try TestArchive.bytes([("a", Self.text)], isStored: true)
    #expect(throws: ZipError.self) { try contents("a", of: Array(archive[..<2000] + archive[100_000...])) }
  }

  @Test func encryptedEntries() throws {
    let archive = try TestArchive.bytes([("a", Self.text)], isEncrypted: true)
    #expect(throws: ZipError.encrypted) { try contents("a", of: archive) }
  }

  @Test func directoriesHaveALimit() throws {
    let many = try TestArchive.bytes((0..<3000).map { ("folder/\($0).xml", []) })
    try withFile(many) { path in
      let archive = try ZipArchive(path: path)
      #expect(archive.entries.count == 3000)
      #expect(throws: ZipError.directoryTooLarge(limit: 10_000)) {
        try ZipArchive(path: path, maxDirectoryBytes: 10_000)
      }
    }
  }

  /// The record of large archives counts for more than the short one, whose sizes may be placeholders.
  @Test func largeArchivesTellTheirDirectoryElsewhere() throws {
    func number(_ value: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(value >> (8 * UInt64($0)) & 0xFF) }
    }
    let archive = try TestArchive.bytes([("a", [1, 2, 3])])
    let end = archive.count - 22
    let (size, start) = (Array(archive[(end + 12)..<(end + 16)]), Array(archive[(end + 16)..<(end + 20)]))
    func large(entries: UInt64, size: [UInt8]) -> [UInt8] {
      var record: [UInt8] = [0x50, 0x4B, 6, 6] + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 8)
      record += number(entries, 8) + number(entries, 8) + size + start + number(0, 4)
      record += [0x50, 0x4B, 6, 7] + number(0, 4) + number(UInt64(end), 8) + number(1, 4)
      return archive[..<end] + record + archive[end..<(end + 8)] + number(0xFFFF, 2) + number(0xFFFF, 2)
        + number(0xFFFF_FFFF, 4) + number(0xFFFF_FFFF, 4) + number(0, 2)
    }
    #expect(try contents("a", of: large(entries: 1, size: size + number(0, 4))) == [1, 2, 3])
    #expect(throws: ZipError.directoryTooLarge(limit: 1 << 20)) {
      try contents("a", of: large(entries: 1, size: number(1 << 30, 8)))
    }
    #expect(throws: ZipError.directoryTooLarge(limit: 1 << 20)) {
      try contents("a", of: large(entries: 1 << 30, size: size + number(0, 4)))
    }
  }

  /// Office documents know deflate alone: what other methods cost is not known.
  @Test func otherMethodsAreRefused() throws {
    let archive = try TestArchive.bytes([("a", Self.text)], isBzip2: true)
    #expect(throws: ZipError.unsupportedMethod) { try contents("a", of: archive) }
  }

  /// Each of them would be read, and compared with each entry: minutes for a small file.
  @Test(.timeLimit(.minutes(5))) func manyDirectoriesInOneArchive() throws {
    let one = try TestArchive.bytes((0..<3000).map { ("entry \($0)", []) })
    let many = one + (0..<400).flatMap { _ in one.suffix(22) }
    try withFile(many) { path in
      let error = #expect(throws: ZipError.self) { try ZipArchive(path: path) }
      #expect(error == .directoryTooLarge(limit: 1 << 20))
    }
  }

  @Test func aMissingFileIsTheSystemsFault() {
    #expect(throws: ZipError.system("No such file or directory")) { try ZipArchive(path: "/nowhere") }
  }
}
