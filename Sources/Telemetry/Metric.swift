/// Prometheus's kinds of metric, as far as they are used here.
enum MetricKind: String, Sendable {
  case counter, gauge, histogram
}

/// One series.
enum Metric: Sendable {
  case counter(Counter)
  case gauge(Gauge)
  case histogram(Histogram)
  case callback(@Sendable () -> Double?)

  /// Appends the series' lines.
  func append(_ name: String, _ labels: MetricLabels, to text: inout String) {
    switch self {
    case .counter(let counter):
      text += "\(name)\(labels.braced()) \(counter.count)\n"
    case .gauge(let gauge):
      text += "\(name)\(labels.braced()) \(Self.number(gauge.value))\n"
    case .callback(let read):
      if let value = read() { text += "\(name)\(labels.braced()) \(Self.number(value))\n" }
    case .histogram(let histogram):
      // The counts are read once, so that the last bucket and the count are always the same.
      let counts = histogram.cumulativeCounts
      for (bound, count) in zip(histogram.bounds + [.infinity], counts) {
        text += "\(name)_bucket\(labels.braced(adding: "le=\"\(Self.number(bound))\"")) \(count)\n"
      }
      text += "\(name)_sum\(labels.braced()) \(Self.number(histogram.sum))\n"
      text += "\(name)_count\(labels.braced()) \(counts.last ?? 0)\n"
    }
  }

  /// A number as Go's `ParseFloat` reads it; whole ones without a fraction.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if let whole = Int64(exactly: value) { return String(whole) }
    return "\(value)"
  }
}
