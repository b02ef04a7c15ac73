internal import Testing

/// Rules for every file that no compiler checks.
@Suite struct SourceRuleTests {
  let tree: SourceTree

  init() throws { tree = try SourceTree() }

  @Test func `no source file is longer than 400 lines`() {
    for file in tree.swift(in: "Sources") {
      #expect(file.lines.count <= 401, "\(file.path) has \(file.lines.count - 1) lines")
    }
  }

  @Test func `nothing ends the process over an error`() {
    for file in tree.swift(in: "Sources") {
      for (index, line) in file.code.enumerated() {
        for word in ["try!", "fatalError("] {
          #expect(!line.contains(word), "\(file.path):\(index + 1) has \(word)")
        }
      }
    }
  }

  @Test func `every target has tests`() {
    for room in CodeMap.rooms + [CodeMap.program] {
      let tests = "Tests/" + (CodeMap.testedElsewhere[room.name] ?? "\(room.name)Tests")
      let isTested = tree.swift(in: tests).contains { $0.text.contains("@Test") }
      #expect(isTested, "\(room.name) has no tests in \(tests)")
      let target = tests.dropFirst("Tests/".count)
      let named = target.hasSuffix("IntegrationTests") ? "\"\(target)\"" : "tests(\"\(room.name)\""
      // Longer lists of dependencies begin on the next line.
      let manifest = tree.file("Package.swift")?.text.split(whereSeparator: \.isWhitespace).joined() ?? ""
      #expect(manifest.contains(named), "Package.swift does not build \(tests)")
    }
  }

  /// Folders of one person's machine, and hosts that packages come from: neither is the same elsewhere.
  @Test func `no file knows the machine that it was written on`() {
    let folders = ["work", "root", "Users"].map { "/\($0)/" }
    let hosts = ["pkg.dev", "artifactory", "jfrog.io", "nexus.", "deb.debian.org", "snapshot.debian.org"]
    for file in tree.files where !file.path.hasPrefix("Tests/ArchitectureTests/") {
      for (index, line) in file.lines.enumerated() {
        for word in folders + hosts {
          #expect(!mentions(line, word), "\(file.path):\(index + 1) mentions \(word)")
        }
      }
    }
  }

  /// A folder counts only where a path begins: `a/root/b` is another matter.
  private func mentions(_ line: Substring, _ word: String) -> Bool {
    guard let range = line.firstRange(of: word) else { return false }
    guard word.hasPrefix("/"), range.lowerBound > line.startIndex else { return true }
    let before = line[line.index(before: range.lowerBound)]
    return !(before.isLetter || before.isNumber || "._-/}".contains(before))
  }
}
