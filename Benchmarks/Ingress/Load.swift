internal import Glibc

/// wrk with one thread, which puts prices of ever other items.
struct Load {
  let key: String
  let connections: Int
  let seconds: Int

  /// Requests per second; nil when wrk is missing or saw an error.
  func rate(port: Int) -> Double? {
    let path = "/tmp/hyperloop-prices-\(getpid()).lua"
    guard let file = fopen(path, "w") else { return nil }
    defer { unlink(path) }
    fputs(script, file)
    fclose(file)
    let command = "wrk -t1 -c\(connections) -d\(seconds)s -s \(path) http://127.0.0.1:\(port)/ 2>&1"
    guard let pipe = popen(command, "r") else { return nil }
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

  private var script: String {
    """
    local n = 0
    local headers = { ["Authorization"] = "Bearer \(key)", ["X-Merchant-Id"] = "bench" }
    local body = '{"price":{"currencyAmount":39.88,"currencyUnit":"USD"}}'
    request = function()
      n = n + 1
      return wrk.format("PUT", string.format("/v1/prices/%014d", n % 100000), headers, body)
    end
    """
  }

  /// The processor time that this process has used, in microseconds.
  static func processorTime() -> Double {
    var usage = rusage()
    getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
    return Double(seconds) * 1e6 + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
  }
}
