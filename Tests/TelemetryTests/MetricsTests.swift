import Telemetry
import Testing

struct MetricsTests {
  @Test func textIsPrometheusFormat() {
    let registry = MetricsRegistry()
    registry.counter("rows_total", help: "Rows \\ by\nkind.", labels: ["kind": "a\"b\\c\nd"]).increment(by: 3)
    registry.counter("rows_total", help: "Rows.", labels: ["kind": "x", "lane": "price"]).increment()
    registry.gauge("depth", help: "Depth.").set(2.5)
    registry.gauge("age_seconds", help: "Age.", read: { 7 })
    registry.gauge("gone", help: "Gone.", read: { nil })
    let histogram = registry.histogram("wait_seconds", help: "Wait.", buckets: [0.1, 1], labels: ["lane": "bulk"])
    for value in [0.05, 0.1, 0.5, 2] { histogram.observe(value) }
    #expect(
      registry.text() == #"""
        # HELP age_seconds Age.
        # TYPE age_seconds gauge
        age_seconds 7
        # HELP depth Depth.
        # TYPE depth gauge
        depth 2.5
        # HELP gone Gone.
        # TYPE gone gauge
        # HELP rows_total Rows \\ by\nkind.
        # TYPE rows_total counter
        rows_total{kind="a\"b\\c\nd"} 3
        rows_total{kind="x",lane="price"} 1
        # HELP wait_seconds Wait.
        # TYPE wait_seconds histogram
        wait_seconds_bucket{lane="bulk",le="0.1"} 2
        wait_seconds_bucket{lane="bulk",le="1"} 3
        wait_seconds_bucket{lane="bulk",le="+Inf"} 4
        wait_seconds_sum{lane="bulk"} 2.65
        wait_seconds_count{lane="bulk"} 4

        """#)
  }

  @Test func theSameNameAndLabelsAreTheSameMetric() {
    let registry = MetricsRegistry()
    registry.counter("a_total", help: "A.", labels: ["x": "1"]).increment()
    #expect(registry.counter("a_total", help: "A.", labels: ["x": "1"]).count == 1)
    #expect(registry.counter("a_total", help: "A.", labels: ["x": "2"]).count == 0)
  }

  @Test func labelSetsAreBounded() {
    let registry = MetricsRegistry(maximumSeries: 2)
    for merchant in 0..<100 {
      registry.counter("a_total", help: "A.", labels: ["merchant": String(merchant)]).increment()
    }
    #expect(
      registry.text().split(separator: "\n").dropFirst(2) == [
        "a_total{merchant=\"0\"} 1", "a_total{merchant=\"1\"} 1", "a_total{merchant=\"other\"} 98",
      ])
  }

  @Test func manyThreadsLoseNothing() async {
    let registry = MetricsRegistry()
    let counter = registry.counter("a_total", help: "A.")
    let gauge = registry.gauge("g", help: "G.")
    let histogram = registry.histogram("h_seconds", help: "H.", buckets: [1])
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<10_000 {
            counter.increment()
            gauge.add(1)
            histogram.observe(.seconds(2))
          }
        }
      }
    }
    #expect(counter.count == 40_000)
    #expect(gauge.value == 40_000)
    #expect(histogram.count == 40_000)
    #expect(histogram.sum == 80_000)
  }

  @Test func processIsDescribed() throws {
    let registry = MetricsRegistry()
    ProcessMetrics.register(in: registry)
    var values: [Substring: Double] = [:]
    for line in registry.text().split(separator: "\n") where !line.hasPrefix("#") {
      let parts = line.split(separator: " ")
      values[parts[0]] = Double(parts[1])
    }
    let now = Double(Timestamp.now.microseconds) / 1e6
    let start = try #require(values["process_start_time_seconds"])
    #expect(start < now + 1 && start > now - 86_400)
    #expect(try #require(values["process_cpu_seconds_total"]) > 0)
    #expect(try #require(values["process_resident_memory_bytes"]) > 1_000_000)
    #expect(try #require(values["process_open_fds"]) >= 3)
    #expect(try #require(values["process_max_fds"]) >= 64)
  }
}
