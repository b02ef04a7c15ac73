/// How much a queue may hold: what waits, is parked, or is in somebody's hands.
struct QueueBounds {
  var maxMessages: Int
  /// Of keys, values and headers. The last pull before it is reached may go beyond it.
  var maxBytes: Int

  /// Whether intake must stop.
  func isReached(messages: Int, bytes: Int) -> Bool { messages >= maxMessages || bytes >= maxBytes }

  /// Whether intake, once stopped, may go on. Half is left, since every stop discards what was fetched ahead.
  func isRelieved(messages: Int, bytes: Int) -> Bool { messages <= maxMessages / 2 && bytes <= maxBytes / 2 }
}
