internal import ItemModel
internal import Telemetry

/// What the ingestor counts.
struct IngestMetrics: Sendable {
  let events: Counter
  let changes: Counter
  let outcomes: Counter
  let dispatches: Counter
  let avoided: Counter
  let rejected: Counter
  let unknown: Counter
  let rows: Counter

  init(_ registry: MetricsRegistry) {
    events = registry.counter("hyperloop_ingest_events_total", help: "Events applied to items.")
    changes = registry.counter("hyperloop_ingest_changes_total", help: "Changes of items applied.")
    outcomes = registry.counter("hyperloop_ingest_outcomes_total", help: "Outcomes of dispatches applied.")
    dispatches = registry.counter("hyperloop_ingest_dispatches_total", help: "Messages dispatched into the lanes.")
    avoided = registry.counter(
      "hyperloop_ingest_sends_avoided_total", help: "Systems not called since they hold what they should.")
    rejected = registry.counter("hyperloop_ingest_rejected_total", help: "Changes refused as data errors.")
    unknown = registry.counter(
      "hyperloop_ingest_unknown_items_total", help: "Outcomes and acknowledgements of items that are not there.")
    rows = registry.counter("hyperloop_feed_rows_total", help: "Rows of feeds read.")
  }

  func record(_ report: ApplyReport, entries: [ApplyBatch.Entry]) {
    events.increment(by: report.applied)
    dispatches.increment(by: report.messages.count)
    avoided.increment(by: report.sendsAvoided)
    rejected.increment(by: report.rejections.count)
    unknown.increment(by: report.unknown)
    var (changed, reported) = (0, 0)
    for (place, entry) in entries.enumerated() where !report.passedOver.contains(place) {
      switch entry.event {
      case .change: changed += 1
      case .outcome: reported += 1
      default: break
      }
    }
    changes.increment(by: changed)
    outcomes.increment(by: reported)
  }
}
