/// A delivery that got no verdict within the handler's deadline.
public struct OverdueDelivery: Sendable, Hashable {
  public let id: MessageID
  /// Nil when the partition is not this member's any more.
  public let partition: SourcePartition?
}
