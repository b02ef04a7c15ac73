internal import Testing

/// Arrows between targets go down only, and C stays in the clients.
@Suite struct ImportTests {
  let tree: SourceTree

  init() throws { tree = try SourceTree() }

  @Test func `the map names every folder with Swift in it, once`() {
    let folders = Set(
      tree.swift(in: "Sources").map { file in
        let parts = file.path.split(separator: "/")
        let isShared = parts[1] == "Clients" || parts[1] == "Toolkit"
        return parts[..<(isShared ? 3 : 2)].joined(separator: "/")
      })
    #expect(folders == Set((CodeMap.rooms + [CodeMap.program]).map(\.folder)))
    #expect(Set(CodeMap.rooms.map(\.name)).count == CodeMap.rooms.count)
  }

  @Test func `arrows go down only`() {
    var below: Set<String> = []
    for room in CodeMap.rooms {
      #expect(room.mayImport.isSubset(of: below), "\(room.name) may only import what lies below it")
      below.insert(room.name)
    }
  }

  @Test func `every import is an arrow of the map`() {
    let all = Set(CodeMap.rooms.map(\.name))
    for room in CodeMap.rooms + [CodeMap.program] {
      let allowed = room.name == CodeMap.program.name ? all : room.mayImport
      for file in tree.swift(in: room.folder) {
        for module in file.imports where !CodeMap.toolchain.contains(module) && !isC(module) {
          #expect(allowed.contains(module), "\(file.path) imports \(module), which is no arrow of the map")
        }
      }
    }
  }

  @Test func `C is spoken in its own client's Native folder`() {
    let owners = Dictionary(grouping: CodeMap.rooms.filter { $0.library != nil }) { $0.library ?? "" }
    for file in tree.swift(in: "Sources") {
      for module in file.imports where isC(module) {
        let isInside = (owners[module] ?? []).contains { room in
          // Threads and processes are the kernel's matter throughout.
          let folder = room.library == CodeMap.kernel ? room.folder : "\(room.folder)/Native"
          return file.path.hasPrefix(folder + "/")
        }
        let isKernelOfClient =
          module == CodeMap.kernel && file.path.hasPrefix("Sources/Clients/")
          && file.path.contains("/Native/")
        #expect(isInside || isKernelOfClient, "\(file.path) imports \(module) outside its client's Native folder")
      }
    }
  }

  @Test func `what decides imports nothing that acts`() {
    for (folder, allowed) in CodeMap.pure {
      let files = tree.swift(in: folder)
      #expect(!files.isEmpty, "\(folder) is gone; the map is out of date")
      for file in files {
        for module in file.imports {
          #expect(allowed.contains(module), "\(file.path) decides, and must not import \(module)")
        }
      }
    }
  }

  /// The C libraries are the modules of `CLibraries`.
  private func isC(_ module: String) -> Bool {
    tree.file("Sources/CLibraries/\(module)/module.modulemap") != nil
  }
}
