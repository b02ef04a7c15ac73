internal import BenchmarkKit
internal import Glibc

/// wrk with one thread, which puts prices of ever other items.
struct PriceLoad {
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
    return Wrk.rate("-s \(path) http://127.0.0.1:\(port)/", connections: connections, seconds: seconds)
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
}
