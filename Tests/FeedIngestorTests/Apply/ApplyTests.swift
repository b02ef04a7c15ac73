import ItemModel
import JSONCodec
import PostgresClient
import Testing

@testable import FeedIngestor

/// `apply` on a real database.
@Suite(.timeLimit(.minutes(5)))
struct ApplyTests {
  @Test("A change of a new item is dispatched to the systems that need it, and to no other")
  func newItem() async throws {
    try await ApplyBench.run { bench in
      try await bench.place()
      let key = try ApplyBench.key()
      let report = try await bench.applier.apply(
        ApplyBench.batch([(key, try ApplyBench.change(ApplyBench.cost))]), slot: 0)
      let message = try LaneMessage(try #require(report.messages.first).bytes)
      #expect(report.messages.count == 1)
      #expect(Set(message.systems.map(\.name)) == ["pricing", "supplier", "cost", "logistics"])
      #expect(message.gtin == "062145556123")
      #expect(try await bench.number("SELECT count(*) FROM outbox") == 1)
      #expect(try await bench.number("SELECT next FROM position WHERE topic = 'item-setup'") == 1)
      #expect(try await bench.version(of: key) == message.version)
    }
  }

  @Test("A replayed topic changes nothing")
  func replay() async throws {
    try await ApplyBench.run { bench in
      try await bench.place()
      let key = try ApplyBench.key()
      let events = [
        (key, try ApplyBench.change(ApplyBench.price("1"))), (key, try ApplyBench.change(ApplyBench.price("2"))),
      ]
      _ = try await bench.applier.apply(ApplyBench.batch(events), slot: 0)
      let version = try await bench.version(of: key)
      // All of it, and then a batch that begins in the known and goes on into the new.
      let again = try await bench.applier.apply(ApplyBench.batch(events), slot: 0)
      #expect(again.applied == 0)
      #expect(again.messages.isEmpty)
      let overlapping = events + [(key, try ApplyBench.change(ApplyBench.price("2")))]
      let partly = try await bench.applier.apply(ApplyBench.batch(overlapping), slot: 0)
      #expect(partly.applied == 1)
      #expect(try await bench.version(of: key) == version)
      #expect(try await bench.number("SELECT next FROM position WHERE topic = 'item-setup'") == 3)
    }
  }

  @Test("A batch that begins above what is stored is not applied, and says where to go on")
  func gap() async throws {
    try await ApplyBench.run { bench in
      try await bench.place(next: 5)
      let key = try ApplyBench.key()
      let report = try await bench.applier.apply(
        ApplyBench.batch([(key, try ApplyBench.change(ApplyBench.price("1")))], from: 7), slot: 0)
      #expect(report.applied == 0)
      #expect(report.stale.map(\.next) == [5])
      #expect(try await bench.number("SELECT next FROM position WHERE topic = 'item-setup'") == 5)
      #expect(try await bench.number("SELECT count(*) FROM item WHERE version > 0") == 0)
    }
  }

  @Test("Two readers of the same stretch at once: it is applied once")
  func sameStretch() async throws {
    try await ApplyBench.run { bench in
      try await bench.place()
      let key = try ApplyBench.key()
      for offset in 0..<20 as Range<Int64> {
        let batch = ApplyBench.batch([(key, try ApplyBench.change(ApplyBench.price("\(offset + 1)")))], from: offset)
        async let one = bench.applier.apply(batch, slot: 0)
        async let other = bench.applier.apply(batch, slot: 1)
        let applied = try await one.applied + other.applied
        #expect(applied == 1)
      }
    }
  }

  @Test(
    "Of a batch all is written, or nothing",
    arguments: [
      "UPDATE ON position", "UPDATE ON item", "INSERT ON outbox", "INSERT ON timer", "INSERT ON item_history",
    ])
  func allOrNothing(step: String) async throws {
    try await ApplyBench.run { bench in
      try await bench.place()
      let batch = ApplyBench.batch([(try ApplyBench.key(), try ApplyBench.change(ApplyBench.cost))])
      try await bench.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$")
      try await bench.execute("CREATE TRIGGER refuse BEFORE \(step) FOR EACH ROW EXECUTE FUNCTION refuse()")
      await #expect(throws: PostgresError.self) { _ = try await bench.applier.apply(batch, slot: 0) }
      for table in ["item", "outbox", "timer", "item_history"] {
        #expect(try await bench.number("SELECT count(*) FROM \(table)") == 0, "\(table)")
      }
      #expect(try await bench.number("SELECT next FROM position WHERE topic = 'item-setup'") == 0)
      try await bench.execute("DROP FUNCTION refuse CASCADE")
      #expect(try await bench.applier.apply(batch, slot: 0).messages.count == 1)
    }
  }

  @Test("Where the database knows no place, nothing is applied before there is one")
  func noPlace() async throws {
    try await ApplyBench.run { bench in
      let report = try await bench.applier.apply(
        ApplyBench.batch([(try ApplyBench.key(), try ApplyBench.change(ApplyBench.price("1")))]), slot: 0)
      #expect(report.applied == 0)
      #expect(report.stale.map(\.next) == [nil])
      #expect(try await bench.number("SELECT count(*) FROM item WHERE version > 0") == 0)
    }
  }

  @Test("A refused event is told by its own place, though others were passed over before it")
  func placesOfRefusals() async throws {
    try await ApplyBench.run { bench in
      try await bench.place(partition: 0, next: 2)
      try await bench.place(partition: 1, next: 5)
      try await bench.place(partition: 2, next: 0)
      let (good, bad) = (try ApplyBench.change(ApplyBench.price("1")), try ApplyBench.change(#"{"colour":{}}"#))
      // Known but for its last record; stale as a whole; new.
      var batch = ApplyBatch()
      for (source, (from, events)) in [(0, [bad, bad, good]), (7, [good, bad]), (0, [good, bad])].enumerated() {
        let part = ApplyBench.batch(
          try events.enumerated().map { (try ApplyBench.key(UInt64(10 * source + $0.offset + 1)), $0.element) },
          from: Int64(from), partition: Int32(source))
        batch.advances += part.advances
        batch.entries += part.entries.enumerated().map { offset, entry in
          ApplyBatch.Entry(
            key: entry.key, event: entry.event, origin: .record(source: source, offset: Int64(from + offset)))
        }
      }
      let report = try await bench.applier.apply(batch, slot: 0)
      #expect(report.rejections.keys.sorted() == [6])
      #expect(report.passedOver == [0, 1, 3, 4])
      #expect(report.applied == 3)
      #expect(report.stale.map(\.next) == [5])
      #expect(try await bench.number("SELECT sum(next)::int8 FROM position") == 3 + 5 + 2)
    }
  }

  @Test("Two processes that meet a new item at once lose neither's change")
  func twoProcesses() async throws {
    try await ApplyBench.run { bench in
      for partition in 0..<2 as Range<Int32> { try await bench.place(partition: partition) }
      for number in 0..<20 as Range<UInt64> {
        let key = try ApplyBench.key(100 + number)
        async let one = bench.applier.apply(
          ApplyBench.batch([(key, try ApplyBench.change(ApplyBench.cost))], from: Int64(number), partition: 0), slot: 0)
        async let other = bench.applier.apply(
          ApplyBench.batch([(key, try ApplyBench.change(ApplyBench.price("7")))], from: Int64(number), partition: 1),
          slot: 1)
        let applied = try await (one.applied, other.applied)
        #expect(applied == (1, 1))
        let stored = try await bench.pool.withConnection { connection in
          try await connection.execute(
            "SELECT attributes FROM item WHERE gtin = $1", .int8(Int64(key.gtin.number))
          ).bytes(0, 0)
        }
        #expect(try Attributes(stored).groups == [AttributeGroups(.cost), AttributeGroups(.pricing)])
      }
    }
  }

  @Test("A refused change is reported, and leaves the item and its neighbours alone")
  func refusal() async throws {
    try await ApplyBench.run { bench in
      try await bench.place()
      let (good, bad) = (try ApplyBench.key(1), try ApplyBench.key(2))
      let report = try await bench.applier.apply(
        ApplyBench.batch([
          (bad, try ApplyBench.change(#"{"pricing":{"price":5}}"#)), (good, try ApplyBench.change(ApplyBench.cost)),
        ]), slot: 0)
      #expect(report.rejections[0]?.map(\.code) == ["invalid_money"])
      #expect(report.messages.map(\.key) == [good])
      #expect(try await bench.version(of: bad) == 0)
    }
  }

  @Test("What cannot be made durable before the commit keeps the batch from being committed")
  func beforeCommit() async throws {
    struct Down: Error {}
    try await ApplyBench.run { bench in
      try await bench.place()
      let key = try ApplyBench.key()
      let batch = ApplyBench.batch([(key, try ApplyBench.change(ApplyBench.cost))])
      await #expect(throws: Down.self) {
        _ = try await bench.applier.apply(batch, slot: 0, beforeCommit: { _ in throw Down() })
      }
      #expect(try await bench.number("SELECT count(*) FROM item") == 0)
      #expect(try await bench.number("SELECT next FROM position WHERE topic = 'item-setup'") == 0)
      #expect(try await bench.applier.apply(batch, slot: 0).applied == 1)
    }
  }

  @Test("An accepted dispatch settles the item; what was said of it is applied once")
  func outcome() async throws {
    try await ApplyBench.run { bench in
      try await bench.place()
      try await bench.place("item-outcomes")
      let key = try ApplyBench.key()
      let report = try await bench.applier.apply(
        ApplyBench.batch([(key, try ApplyBench.change(ApplyBench.price("5")))]), slot: 0)
      let message = try LaneMessage(try #require(report.messages.first).bytes)
      #expect(message.systems.map(\.name) == ["pricing"])
      #expect(try await bench.number("SELECT count(*) FROM item WHERE due IS NOT NULL") == 1)
      let accepted = message.systems.map { SystemOutcome(name: $0.name, result: .accepted, digest: $0.digest) }
      let outcomes = [(key, ItemEvent.outcome(version: message.version, lease: message.lease, accepted))]
      _ = try await bench.applier.apply(ApplyBench.batch(outcomes, topic: "item-outcomes"), slot: 0)
      #expect(try await bench.number("SELECT count(*) FROM item WHERE due IS NOT NULL") == 0)
      let same = try await bench.applier.apply(
        ApplyBench.batch([(key, try ApplyBench.change(ApplyBench.price("5.00")))], from: 1), slot: 0)
      #expect(same.messages.isEmpty)
      #expect(same.sendsAvoided == 1)
    }
  }
}
