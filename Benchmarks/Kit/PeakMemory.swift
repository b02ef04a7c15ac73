internal import Foundation

/// The most memory that this program had resident; `getrusage` would count that of the process it came from, too.
public enum PeakMemory {
  public static func megabytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 / 1_024 } ?? 0
  }
}
