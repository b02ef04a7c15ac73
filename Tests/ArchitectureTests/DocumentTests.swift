internal import Foundation
internal import Testing

/// What the documents promise is there.
@Suite struct DocumentTests {
  let tree: SourceTree

  init() throws { tree = try SourceTree() }

  private static let documents = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"]

  @Test(arguments: documents) func `documents name only make targets that exist`(path: String) throws {
    let document = try #require(tree.file(path))
    let targets = try makeTargets()
    for match in document.text.matches(of: /`make ([a-z-]+)/) {
      #expect(targets.contains(String(match.1)), "\(path) names “make \(match.1)”")
    }
  }

  @Test func `the README begins with the demo and the tests`() throws {
    let readme = try #require(tree.file("README.md"))
    let demo = try #require(readme.text.firstRange(of: "make demo"))
    let test = try #require(readme.text.firstRange(of: "make test"))
    #expect(readme.text[..<demo.lowerBound].count < 600)
    #expect(demo.lowerBound < test.lowerBound)
  }

  /// Names of files and folders in back quotes, such as `Sources/ItemModel/Graph`, with or without the leading folder.
  @Test func `the map of the code names every folder under Sources, and nothing that is gone`() throws {
    let map = try #require(tree.file("ARCHITECTURE.md")).text
    for room in CodeMap.rooms + [CodeMap.program] {
      #expect(
        map.contains("`\(room.folder.dropFirst("Sources/".count))/`"), "ARCHITECTURE.md leaves out \(room.folder)")
    }
    for match in map.matches(of: /`((?:[A-Z][A-Za-z]+\/)+[A-Za-z+]+\.swift)`/) {
      let isThere = tree.files.contains { $0.path.hasSuffix(match.1) }
      #expect(isThere, "ARCHITECTURE.md names \(match.1), which is gone")
    }
  }

  private func makeTargets() throws -> Set<String> {
    let makefile = try #require(tree.file("Makefile"))
    return Set(makefile.text.matches(of: /(?m)^([a-z-]+):/).map { String($0.1) })
  }
}
