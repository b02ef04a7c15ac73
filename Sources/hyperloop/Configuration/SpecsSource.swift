internal import Foundation
internal import Settings
internal import SpecParser

/// Where specs of grids come from: those that are built in, and a folder of `.yaml` and `.yml` files over them.
enum SpecsSource {
  static func read(_ settings: Settings) throws -> SpecCatalogue { try read(directory: settings[Keys.specsDirectory]) }

  static func read(directory: String?) throws -> SpecCatalogue {
    guard let directory else { return try SpecCatalogue() }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    } catch {
      throw FileError(path: directory, reason: (error as NSError).localizedDescription)
    }
    return try SpecCatalogue(
      files: names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.map { name in
        let path = "\(directory)/\(name)"
        return (path, try FileBytes.read(path, limit: 4 << 20))
      })
  }
}
