internal import Foundation

/// wrk, which makes HTTP requests as fast as they are answered, with one thread.
public enum Wrk {
  /// Requests per second; nil when wrk is missing or saw an error.
  /// - Parameter arguments: as the shell takes them.
  public static func rate(_ arguments: String, connections: Int, seconds: Int) -> Double? {
    guard let pipe = popen("wrk -t1 -c\(connections) -d\(seconds)s \(arguments) 2>&1", "r") else { return nil }
    defer { pclose(pipe) }
    var rate: Double?
    var line = [CChar](repeating: 0, count: 512)
    while fgets(&line, 512, pipe) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if text.contains("Non-2xx") || text.contains("Socket errors") { return nil }
      if text.hasPrefix("Requests/sec:") { rate = text.split(separator: " ").last.flatMap { Double($0.dropLast()) } }
    }
    return rate
  }
}
