@testable import KafkaClient
import Testing

/// Who may do what in which phase of an assignment, without a cluster.
struct MembershipTests {
  private static let zero = TopicPartition(topic: "t", partition: 0)
  private static let one = TopicPartition(topic: "t", partition: 1)

  private func isFenced(_ action: () throws(KafkaError) -> Void) -> Bool {
    do throws(KafkaError) {
      try action()
      return false
    } catch {
      return error.code == .fenced && !error.isRetriable
    }
  }

  @Test func `each assignment has a higher epoch, and the older one's calls are fenced`() {
    var membership = Membership()
    membership.offer([Self.one, Self.zero])
    #expect(membership.epoch == 1 && membership.partitions == [Self.zero, Self.one] && membership.phase == .offered)
    membership.begin()
    membership.release()
    #expect(membership.epoch == 1 && membership.partitions.isEmpty)
    membership.offer([Self.zero])
    membership.begin()
    #expect(membership.epoch == 2)
    #expect(isFenced { () throws(KafkaError) in try membership.requireCurrent(1, "start") })
    #expect(isFenced { () throws(KafkaError) in try membership.requireCommittable(1, [Self.zero]) })
    #expect(isFenced { () throws(KafkaError) in try membership.requireActive(1, [Self.zero], "seek") })
    #expect(!isFenced { () throws(KafkaError) in try membership.requireCurrent(2, "start") })
  }

  @Test func `reading is steered while it is active only`() {
    var membership = Membership()
    func canSteer() -> Bool {
      !isFenced { () throws(KafkaError) in try membership.requireActive(1, [Self.zero], "seek") }
    }
    #expect(!canSteer())
    membership.offer([Self.zero])
    #expect(!canSteer())
    membership.begin()
    #expect(canSteer())
    membership.revoke(isLost: false)
    #expect(!canSteer() && membership.isRevoking)
    membership.release()
    #expect(!canSteer())
  }

  @Test func `committing is possible until the partitions are given back, unless they are lost`() {
    func canCommit(_ membership: Membership) -> Bool {
      !isFenced { () throws(KafkaError) in try membership.requireCommittable(1, [Self.zero]) }
    }
    var membership = Membership()
    #expect(!canCommit(membership))
    membership.offer([Self.zero])
    membership.begin()
    #expect(canCommit(membership))
    var lost = membership
    membership.revoke(isLost: false)
    #expect(canCommit(membership))
    membership.release()
    #expect(!canCommit(membership))
    lost.revoke(isLost: true)
    #expect(!canCommit(lost) && lost.isRevoking)
  }

  @Test func `partitions of others are refused`() {
    var membership = Membership()
    membership.offer([Self.zero])
    membership.begin()
    #expect(isFenced { () throws(KafkaError) in try membership.requireActive(1, [Self.zero, Self.one], "pause") })
    #expect(isFenced { () throws(KafkaError) in try membership.requireCommittable(1, [Self.one]) })
  }
}
