internal import Foundation
internal import GridTrials

/// `GridFuzzer TRIAL FOLDER [OPTION…]`: libFuzzer, with one trial. The folder holds what it has learnt; options are
/// libFuzzer's own.
@main enum GridFuzzer {
  fileprivate static let trial: GridTrial = {
    guard let trial = CommandLine.arguments.dropFirst().first.flatMap(GridTrial.init(rawValue:)) else {
      fatalError("the first argument is one of \(GridTrial.allCases.map(\.rawValue))")
    }
    return trial
  }()

  /// What libFuzzer takes for the arguments; it keeps the pointers as long as the process lives.
  nonisolated(unsafe) private static let arguments: UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?> = {
    let passed = CommandLine.arguments.prefix(1) + CommandLine.arguments.dropFirst(2)
    let list = UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: passed.count + 1)
    _ = list.initialize(from: passed.map { strdup($0) } + [nil])
    return list
  }()

  static func main() throws {
    guard CommandLine.arguments.count > 2 else { fatalError("GridFuzzer TRIAL FOLDER [OPTION…]") }
    try plant(in: CommandLine.arguments[2])
    var (count, start) = (CInt(arguments.count - 1), arguments.baseAddress.unsafelyUnwrapped)
    Foundation.exit(runDriver(&count, &start, tryInput))
  }

  /// Puts the trial's seeds into the folder, if it is one.
  private static func plant(in folder: String) throws {
    // Inputs are tried again by their files' names.
    var isFolder: ObjCBool = true
    if FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), !isFolder.boolValue { return }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (place, seed) in try Seeds(trial).inputs.enumerated() {
      try Data(seed).write(to: URL(fileURLWithPath: "\(folder)/seed-\(place)"))
    }
  }
}

private func tryInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try GridFuzzer.trial.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
  } catch {
    // The fuzzer keeps the input of a process that ends so.
    fatalError("\(GridFuzzer.trial): \(error)")
  }
}

/// libFuzzer, which comes with the compiler.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ run: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
