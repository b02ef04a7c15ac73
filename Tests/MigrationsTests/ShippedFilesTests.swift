import Glibc
import Migrations
import Testing

/// The folder and the list in the program must not part.
struct ShippedFilesTests {
  @Test func everyFileIsShippedUnderItsName() throws {
    let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
    let folder = try #require(opendir("\(root)/Migrations"))
    defer { closedir(folder) }
    var files: Set<String> = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name.hasSuffix(".sql") { files.insert(name) }
    }
    let shipped = Migration.shipped.flatMap {
      ["\($0.label).up.sql"] + ($0.down == nil ? [] : ["\($0.label).down.sql"])
    }
    #expect(files == Set(shipped))
    #expect(Migration.shipped.map(\.version) == Array(1...Migration.shipped.count))
  }
}
