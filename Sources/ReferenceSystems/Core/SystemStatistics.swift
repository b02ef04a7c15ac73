/// How often a system did what, since its start or its last reset.
public struct SystemStatistics: Sendable, Equatable {
  /// Messages or HTTP requests with deliveries; a batch is one.
  public internal(set) var requests = 0
  /// Snippets that came, by whatever way and end.
  public internal(set) var deliveries = 0
  /// Snippets with a version above the one held. Each version of each item counts at most once.
  public internal(set) var accepted = 0
  /// Snippets with the version held.
  public internal(set) var repeated = 0
  /// Repeats that came with other bytes; legal, since a look-up may have changed between two tries.
  public internal(set) var changedRepeats = 0
  /// Snippets with a version below the one held.
  public internal(set) var older = 0
  /// Snippets whose headers do not agree, or that are none.
  public internal(set) var malformed = 0
  /// Snippets that a rule of behaviour let fail.
  public internal(set) var faults = 0
  /// Snippets read again at a start, which were accepted before it.
  public internal(set) var recovered = 0
  /// Acknowledgements that Kafka has.
  public internal(set) var acknowledged = 0
  /// Times that an accepted version was not above the one accepted before. Anything but 0 is a mistake of this system.
  public internal(set) var violations = 0

  public init() {}

  /// Every count under its name, in the order of the declaration.
  public var counts: [(name: String, count: Int)] {
    [
      ("requests", requests), ("deliveries", deliveries), ("accepted", accepted), ("repeated", repeated),
      ("changedRepeats", changedRepeats), ("older", older), ("malformed", malformed), ("faults", faults),
      ("recovered", recovered), ("acknowledged", acknowledged), ("violations", violations),
    ]
  }
}
