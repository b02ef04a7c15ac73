internal import Foundation

/// What a process has used, as the kernel counts it.
public struct ProcessUsage: Sendable {
  /// Processor seconds of the process, and of its ended children.
  public var processorSeconds: Double
  /// The most memory that it held, in bytes.
  public var peakBytes: Int
  /// Processor seconds by the threads' names.
  public var threads: [String: Double]

  /// Reads `/proc`; nil when there is no such process.
  public init?(of process: Int32) {
    guard let stat = ProcessUsage.stat("/proc/\(process)/stat") else { return nil }
    processorSeconds = stat.seconds
    let status = ProcessUsage.read("/proc/\(process)/status")
    let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    peakBytes = (peak?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
    threads = [:]
    for thread in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? [] {
      guard let own = ProcessUsage.stat("/proc/\(process)/task/\(thread)/stat") else { continue }
      threads[own.name, default: 0] += own.seconds
    }
  }

  /// A process and everything that it started.
  public static func tree(of process: Int32) -> ProcessUsage? {
    guard var usage = ProcessUsage(of: process) else { return nil }
    let children = read("/proc/\(process)/task/\(process)/children").split(separator: " ").compactMap { Int32($0) }
    for child in children {
      guard let own = tree(of: child) else { continue }
      usage.processorSeconds += own.processorSeconds
      usage.peakBytes += own.peakBytes
      usage.threads.merge(own.threads, uniquingKeysWith: +)
    }
    return usage
  }

  private static func stat(_ path: String) -> (name: String, seconds: Double)? {
    let text = read(path)
    guard let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: close)...].split(separator: " ")
    // Fields 14 and 15 of proc(5): user and system time in clock ticks, of which Linux has 100 a second.
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return nil }
    return (String(text[text.index(after: open)..<close]), (user + system) / 100)
  }

  private static func read(_ path: String) -> String {
    (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }
}
