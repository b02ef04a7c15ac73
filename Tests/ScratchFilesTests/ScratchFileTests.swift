import Foundation
import ScratchFiles
import TestKit
import Testing

@Suite struct ScratchFileTests {
  @Test func `what was appended is read back, from any place`() throws {
    let file = try ScratchFile(limit: 1_000)
    try file.append(Array("hello ".utf8))
    try file.append(Array("world".utf8))
    #expect(file.count == 11)
    #expect(try read(file, at: 6, 100) == Array("world".utf8))
    #expect(try read(file, at: 3, 5) == Array("lo wo".utf8))
    #expect(try read(file, at: 11, 5) == [])
  }

  @Test func `beyond the limit nothing is taken, and what is there stays`() throws {
    let file = try ScratchFile(limit: 4)
    try file.append([1, 2, 3] as [UInt8])
    let error = #expect(throws: ScratchFileError.self) { try file.append([4, 5] as [UInt8]) }
    #expect(error?.code == .full(limit: 4))
    #expect(try read(file, at: 0, 9) == [1, 2, 3])
    try file.append([4] as [UInt8])
    #expect(try read(file, at: 0, 9) == [1, 2, 3, 4])
  }

  @Test func `the file has no name, and can be opened again by its path`() async throws {
    try await withTemporaryDirectory { folder in
      let file = try ScratchFile(in: folder, limit: 100)
      try file.append([7] as [UInt8])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
      let again = try #require(FileHandle(forReadingAtPath: file.path))
      #expect(try again.readToEnd() == Data([7]))
    }
  }

  @Test func `a folder that is not there is named`() throws {
    let error = #expect(throws: ScratchFileError.self) { _ = try ScratchFile(in: "/nowhere", limit: 1) }
    #expect(error?.description.contains("/nowhere") == true)
    #expect(error?.code == .cannotCreate(folder: "/nowhere"))
  }

  private func read(_ file: ScratchFile, at offset: Int, _ count: Int) throws -> [UInt8] {
    try file.read(at: offset, atMost: count)
  }
}
