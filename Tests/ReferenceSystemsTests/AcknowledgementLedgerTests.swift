import Testing

@testable import ReferenceSystems

struct AcknowledgementLedgerTests {
  @Test func `what is done without a gap may be committed`() {
    var ledger = AcknowledgementLedger<String>()
    let first = ledger.began("a", next: 10, acknowledgements: 3)
    let second = ledger.began("a", next: 20, acknowledgements: 1)
    _ = ledger.began("b", next: 5, acknowledgements: 0)
    #expect(ledger.committable == ["b": 5] && ledger.outstanding == 4)
    ledger.settled("a", batch: second, count: 1)
    ledger.settled("a", batch: first, count: 2)
    #expect(ledger.committable == ["b": 5])
    ledger.settled("a", batch: first, count: 1)
    #expect(ledger.committable == ["a": 20, "b": 5])
    ledger.committed(["a": 20])
    #expect(ledger.committable == ["b": 5])
  }

  @Test func `a partition that is given away is forgotten`() {
    var ledger = AcknowledgementLedger<String>()
    let batch = ledger.began("a", next: 10, acknowledgements: 3)
    ledger.remove("a")
    #expect(ledger.outstanding == 0)
    ledger.settled("a", batch: batch, count: 3)
    #expect(ledger.outstanding == 0 && ledger.committable.isEmpty)
  }
}
