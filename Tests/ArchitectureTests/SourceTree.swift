internal import Foundation

/// The package's files, read from where it was compiled.
struct SourceTree {
  /// A file, by its path beneath the package.
  struct File {
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The lines, those that are nothing but a comment left empty.
    var code: [String] {
      lines.lazy.map { line in
        let start = line.firstIndex { $0 != " " } ?? line.endIndex
        return line[start...].hasPrefix("//") ? "" : String(line)
      }
    }

    /// The modules that it imports.
    var imports: [String] {
      code.compactMap { line in
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
          words[..<place].allSatisfy({ SourceTree.importModifiers.contains(String($0)) })
        else { return nil }
        let name = words[place + 1]
        // `import struct Module.Name` names the kind first.
        let module = SourceTree.importKinds.contains(String(name)) ? words[place + 2] : name
        return String(module.prefix { $0 != "." })
      }
    }
  }

  private static let importModifiers: Set = [
    "public", "package", "internal", "fileprivate", "private", "@testable", "@preconcurrency", "@_exported",
  ]
  private static let importKinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]

  /// What is made rather than kept: never part of the tree.
  private static let made: Set = [".build", ".git", ".hyperloop", ".swiftpm"]

  let root: URL
  let files: [File]

  /// Reads all text files of the package.
  init() throws {
    root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    var files: [File] = []
    try SourceTree.read(root, as: "", into: &files)
    self.files = files.sorted { $0.path < $1.path }
  }

  private static func read(_ folder: URL, as path: String, into files: inout [File]) throws {
    let keys: Set<URLResourceKey> = [.isDirectoryKey, .isSymbolicLinkKey]
    for entry in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: Array(keys)) {
      let name = entry.lastPathComponent
      let values = try entry.resourceValues(forKeys: keys)
      if made.contains(name) || values.isSymbolicLink == true { continue }
      if values.isDirectory == true {
        try read(entry, as: path + name + "/", into: &files)
      } else if let text = String(data: try Data(contentsOf: entry), encoding: .utf8) {
        files.append(File(path: path + name, text: text))
      }
    }
  }

  /// The Swift files beneath a folder.
  func swift(in folder: String) -> [File] {
    files.filter { $0.path.hasPrefix(folder + "/") && $0.path.hasSuffix(".swift") }
  }

  func file(_ path: String) -> File? { files.first { $0.path == path } }
}
