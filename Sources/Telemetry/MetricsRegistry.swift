internal import Synchronization

/// The process's metrics, by name and labels, and their text for Prometheus.
///
/// Ask once for a metric and keep it: the registry takes a lock, the metric none. The same name and labels give the same
/// metric. Wrong names, and one name for two kinds of metric, are mistakes of the program and trap.
public final class MetricsRegistry: Sendable {
  private struct Family {
    let help: String
    let kind: MetricKind
    var series: [(labels: MetricLabels, metric: Metric)] = []
    var indices: [MetricLabels: Int] = [:]
  }

  private let families = Mutex<[String: Family]>([:])
  private let maximumSeries: Int

  /// - Parameter maximumSeries: how many label sets one name may have. Further ones are counted together, with `other`
  ///   for every label's value, so that values from outside cannot fill the memory.
  public init(maximumSeries: Int = 1_000) { self.maximumSeries = maximumSeries }

  /// - Parameter name: ends with `_total`.
  public func counter(_ name: String, help: String, labels: KeyValuePairs<String, String> = [:]) -> Counter {
    precondition(name.hasSuffix("_total"), "a counter's name ends with _total: \(name)")
    guard case .counter(let counter) = metric(name, help, .counter, labels, { .counter(Counter()) }) else {
      preconditionFailure("\(name) is read by a closure")
    }
    return counter
  }

  public func gauge(_ name: String, help: String, labels: KeyValuePairs<String, String> = [:]) -> Gauge {
    guard case .gauge(let gauge) = metric(name, help, .gauge, labels, { .gauge(Gauge()) }) else {
      preconditionFailure("\(name) is read by a closure")
    }
    return gauge
  }

  /// - Parameter buckets: the upper bounds, growing, without infinity.
  public func histogram(
    _ name: String, help: String, buckets: [Double] = Histogram.seconds, labels: KeyValuePairs<String, String> = [:]
  ) -> Histogram {
    precondition(!labels.contains { $0.key == "le" }, "le is a histogram's own label")
    guard
      case .histogram(let histogram) = metric(
        name, help, .histogram, labels, { .histogram(Histogram(bounds: buckets)) })
    else { preconditionFailure("\(name) is no histogram") }
    return histogram
  }

  /// A gauge whose value is asked for when the metrics are read. `read` must be quick; nil leaves the series out.
  public func gauge(
    _ name: String, help: String, labels: KeyValuePairs<String, String> = [:], read: @escaping @Sendable () -> Double?
  ) {
    _ = metric(name, help, .gauge, labels) { .callback(read) }
  }

  /// A counter whose value is asked for when the metrics are read.
  public func counter(
    _ name: String, help: String, labels: KeyValuePairs<String, String> = [:], read: @escaping @Sendable () -> Double?
  ) {
    precondition(name.hasSuffix("_total"), "a counter's name ends with _total: \(name)")
    _ = metric(name, help, .counter, labels) { .callback(read) }
  }

  /// All metrics in Prometheus's text format 0.0.4, by name; content type `MetricsRegistry.contentType`.
  public func text() -> String {
    // Closures are called outside the lock.
    let snapshot = families.withLock { $0 }.sorted { $0.key < $1.key }
    var text = ""
    for (name, family) in snapshot {
      text += "# HELP \(name) \(Self.escapedHelp(family.help))\n# TYPE \(name) \(family.kind.rawValue)\n"
      for (labels, metric) in family.series { metric.append(name, labels, to: &text) }
    }
    return text
  }

  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private func metric(
    _ name: String, _ help: String, _ kind: MetricKind, _ pairs: KeyValuePairs<String, String>, _ make: () -> Metric
  ) -> Metric {
    precondition(Self.isName(name), "not a metric's name: \(name)")
    let wanted = MetricLabels(pairs)
    return families.withLock { families in
      var family = families[name] ?? Family(help: help, kind: kind)
      precondition(family.kind == kind, "\(name) is a \(family.kind.rawValue) already")
      if let index = family.indices[wanted] { return family.series[index].metric }
      // The series for all the rest comes on top of the limit.
      let labels = family.series.count < maximumSeries ? wanted : wanted.overflow
      if let index = family.indices[labels] { return family.series[index].metric }
      let metric = make()
      family.indices[labels] = family.series.count
      family.series.append((labels, metric))
      families[name] = family
      return metric
    }
  }

  private static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(48...57).contains(first) else { return false }
    return name.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95 || $0 == 58
    }
  }

  private static func escapedHelp(_ help: String) -> String {
    help.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
      .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
  }
}
