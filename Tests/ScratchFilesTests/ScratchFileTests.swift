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
      let file = try ScratchFile(in: ScratchSpace(folder: folder), limit: 100)
      try file.append([7] as [UInt8])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
      let again = try #require(FileHandle(forReadingAtPath: file.path))
      #expect(try again.readToEnd() == Data([7]))
    }
  }

  @Test func `a folder that is not there is named`() throws {
    let error = #expect(throws: ScratchFileError.self) { _ = try ScratchFile(in: ScratchSpace(folder: "/nowhere")) }
    #expect(error?.description.contains("/nowhere") == true)
    #expect(error?.code == .cannotCreate(folder: "/nowhere"))
  }

  @Test func `the files of a space share its room, and give it back`() throws {
    let space = ScratchSpace(limit: 10)
    let first = try ScratchFile(in: space)
    try first.append([UInt8](repeating: 1, count: 6))
    do {
      let second = try ScratchFile(in: space)
      try second.append([1, 2, 3, 4] as [UInt8])
      let error = #expect(throws: ScratchFileError.self) { try first.append([7] as [UInt8]) }
      #expect(error?.code == .noSpace(limit: 10))
      #expect(space.used == 10)
    }
    #expect(space.used == 6)
    try first.append([7] as [UInt8])
    #expect(first.count == 7)
  }

  @Test func `too little room for one task alone is told apart from room that others have taken`() throws {
    let space = ScratchSpace(limit: 10)
    let other = try ScratchFile(in: space)
    try other.append([UInt8](repeating: 1, count: 6))
    let part = ScratchSpace(partOf: space)
    do {
      let (one, two) = (try ScratchFile(in: part), try ScratchFile(in: part))
      try one.append([1, 2] as [UInt8])
      try two.append([3, 4] as [UInt8])
      #expect(space.used == 10 && part.used == 4)
      let passing = #expect(throws: ScratchFileError.self) { try two.append([5] as [UInt8]) }
      #expect(passing?.code == .noSpace(limit: 10) && passing?.isForGood == false)
      let final = #expect(throws: ScratchFileError.self) { try two.append([UInt8](repeating: 5, count: 7)) }
      #expect(final?.code == .neverFits(limit: 10) && final?.isForGood == true)
      #expect(space.used == 10 && part.used == 4)
    }
    #expect(space.used == 6 && part.used == 0)
  }

  @Test func `what was written by another hand counts, too`() throws {
    let space = ScratchSpace(limit: 10)
    let file = try ScratchFile(in: space)
    try Data(count: 8).write(to: URL(fileURLWithPath: file.path))
    try file.adoptSize()
    #expect(space.used == 8)
    try Data(count: 11).write(to: URL(fileURLWithPath: file.path))
    #expect(throws: ScratchFileError.self) { try file.adoptSize() }
    #expect(space.used == 8)
  }

  private func read(_ file: ScratchFile, at offset: Int, _ count: Int) throws -> [UInt8] {
    try file.read(at: offset, atMost: count)
  }
}
