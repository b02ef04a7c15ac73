import KafkaClient
import Testing

@testable import FeedIngestor

struct LaneHorizonTests {
  private let lane = TopicPartition(topic: "lane-setup", partition: 0)
  private let outcomes = TopicPartition(topic: "item-outcomes", partition: 3)

  private func look(committed: Int64, end: Int64) -> LaneHorizon.Look {
    LaneHorizon.Look(committed: [lane: committed], ends: [outcomes: end])
  }

  @Test func whatWasTakenHasPassedOnceTheOutcomesOfThatTimeAreApplied() async throws {
    var horizon = LaneHorizon()
    #expect(!horizon.hasPassed(lane, offset: 0))
    try await horizon.advance(positions: { [outcomes: 6] }, look: { look(committed: 5, end: 7) })
    #expect(!horizon.hasPassed(lane, offset: 4))
    // While it is not, no other look is taken, or under load the outcomes would never be caught up with.
    try await horizon.advance(positions: { [outcomes: 6] }, look: { look(committed: 50, end: 6) })
    #expect(!horizon.hasPassed(lane, offset: 4))
    try await horizon.advance(positions: { [outcomes: 7] }, look: { look(committed: 8, end: 12) })
    #expect(horizon.hasPassed(lane, offset: 4))
    #expect(!horizon.hasPassed(lane, offset: 5))
  }

  @Test func whereNothingWaitsOneLookIsEnough() async throws {
    var horizon = LaneHorizon()
    try await horizon.advance(positions: { [outcomes: 7] }, look: { look(committed: 5, end: 7) })
    #expect(horizon.hasPassed(lane, offset: 4))
    #expect(!horizon.hasPassed(lane, offset: 5))
  }

  @Test func aPartitionWithoutAPositionHasNotBeenRead() async throws {
    var horizon = LaneHorizon()
    try await horizon.advance(positions: { [:] }, look: { look(committed: 5, end: 1) })
    #expect(!horizon.hasPassed(lane, offset: 4))
  }
}
