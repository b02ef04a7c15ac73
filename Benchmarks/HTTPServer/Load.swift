internal import Glibc

/// wrk with one thread and 64 connections that stay.
enum Load {
  /// Requests per second, nil when wrk is missing or saw an error.
  static func rate(_ url: String, seconds: Int) -> Double? {
    guard let pipe = popen("wrk -t1 -c64 -d\(seconds)s \(url) 2>&1", "r") else { return nil }
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

  /// The processor time that this process has used, in microseconds.
  static func processorTime() -> Double {
    var usage = rusage()
    getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
    return Double(seconds) * 1e6 + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
  }

  /// With two decimals.
  static func rounded(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }
}
